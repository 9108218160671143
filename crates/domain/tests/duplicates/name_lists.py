"""Common given and family names, as their bearers write them. No combination is meant to be a real person's."""


def words(text):
    return [word.strip() for word in text.replace("\n", ",").split(",") if word.strip()]


RU_MEN = words("""Александр, Алексей, Анатолий, Андрей, Антон, Аркадий, Артём, Афанасий, Борис, Вадим, Валентин, Валерий,
Василий, Виктор, Виталий, Владимир, Владислав, Вячеслав, Геннадий, Георгий, Глеб, Григорий, Даниил, Денис, Дмитрий,
Евгений, Егор, Ефим, Иван, Игорь, Илья, Кирилл, Константин, Лев, Леонид, Макар, Максим, Марк, Матвей, Михаил, Никита,
Николай, Олег, Павел, Пётр, Прохор, Родион, Роман, Руслан, Савелий, Святослав, Семён, Сергей, Станислав, Степан, Тимофей,
Тихон, Фёдор, Филипп, Харитон, Эдуард, Юлиан, Юрий, Яков, Ярослав""")
RU_WOMEN = words("""Агата, Алевтина, Александра, Алёна, Алина, Алла, Анастасия, Анжела, Анна, Антонина, Валентина,
Валерия, Варвара, Василиса, Вера, Вероника, Виктория, Галина, Дарья, Диана, Ева, Евгения, Екатерина, Елена, Елизавета,
Жанна, Зинаида, Зоя, Инна, Ирина, Карина, Кира, Клавдия, Кристина, Ксения, Лариса, Лидия, Любовь, Людмила, Маргарита,
Марина, Мария, Надежда, Наталья, Нина, Оксана, Олеся, Ольга, Полина, Раиса, Регина, Светлана, София, Таисия, Тамара,
Татьяна, Ульяна, Фаина, Эльвира, Эмма, Юлия, Яна""")
RU_FAMILIES = words("""Абрамов, Алексеев, Андреев, Анисимов, Баранов, Белов, Беляев, Богданов, Борисов, Быков, Васильев,
Веселов, Виноградов, Волков, Воробьёв, Гаврилов, Герасимов, Голубев, Горбунов, Григорьев, Гусев, Давыдов, Данилов,
Денисов, Дмитриев, Егоров, Ершов, Ефимов, Жданов, Жуков, Журавлёв, Зайцев, Захаров, Зуев, Иванов, Ильин, Калинин, Карпов,
Киселёв, Ковалёв, Козлов, Комаров, Кондратьев, Королёв, Крылов, Кудрявцев, Кузнецов, Кузьмин, Лазарев, Лебедев, Макаров,
Максимов, Марков, Мартынов, Матвеев, Медведев, Мельников, Миронов, Михайлов, Морозов, Назаров, Некрасов, Никитин,
Никифоров, Николаев, Новиков, Орлов, Осипов, Павлов, Панов, Петров, Поляков, Пономарёв, Попов, Потапов, Рогов, Романов,
Рябов, Савельев, Семёнов, Сергеев, Сидоров, Смирнов, Соболев, Соколов, Соловьёв, Сорокин, Степанов, Суханов, Тарасов,
Титов, Тихонов, Тюленев, Уваров, Успенский, Фёдоров, Филиппов, Фомин, Хохлов, Хрущёв, Цветков, Чайковский, Чернышёв,
Чистяков, Шевцов, Шестаков, Широков, Шубин, Щербаков, Щукин, Юдин, Яковлев""")
UK_MEN = words("""Андрій, Богдан, Василь, Віталій, Володимир, Григорій, Дмитро, Євген, Іван, Ігор, Кирило, Микола, Михайло,
Олег, Олександр, Остап, Павло, Петро, Роман, Сергій, Степан, Тарас, Юрій, Ярослав""")
UK_WOMEN = words("""Вікторія, Галина, Ганна, Ірина, Катерина, Леся, Людмила, Марія, Наталія, Оксана, Олена, Світлана,
Соломія, Тетяна, Юлія""")
UK_FAMILIES = words("""Бондаренко, Гаврилюк, Гнатюк, Гриценко, Дяченко, Захарченко, Іваненко, Їжакевич, Кириленко,
Коваленко, Кравчук, Литвиненко, Марченко, Мельник, Назаренко, Онищенко, Павленко, Руденко, Савчук, Терещенко, Ткаченко,
Федоренко, Харченко, Цимбалюк, Шевченко, Щербина, Ющенко, Яценюк""")
BE_MEN = words("Алег, Андрэй, Васіль, Віктар, Дзмітрый, Ігар, Леанід, Мікалай, Міхаіл, Раман, Сяргей, Уладзімір, Юрый")
BE_WOMEN = words("Алена, Аксана, Валянціна, Ганна, Ірына, Кацярына, Людміла, Наталля, Святлана, Таццяна, Юлія")
BE_FAMILIES = words("""Адамовіч, Багдановіч, Васілевіч, Грынкевіч, Дубоўскі, Жылінскі, Казлоўскі, Лісоўскі, Мацкевіч,
Навіцкі, Петрашкевіч, Савіцкі, Тарасевіч, Шаблоўскі, Янкоўскі""")
BG_MEN = words("Асен, Боян, Васил, Владимир, Георги, Димитър, Емил, Живко, Йордан, Красимир, Никола, Пламен, Стоян, Христо")
BG_WOMEN = words("Албена, Боряна, Гергана, Десислава, Ивелина, Калина, Маргарита, Росица, Снежана, Цветелина, Юлия")
BG_FAMILIES = words("Ангелов, Атанасов, Благоев, Генчев, Димитров, Желязков, Илиев, Йорданов, Колев, Станчев, Тодоров, Христов")
KY_MEN = words("Азамат, Айбек, Бакыт, Бекжан, Жаныбек, Кубанычбек, Мирлан, Нурбек, Сооронбай, Таалайбек, Эрмек, Үсөн")
KY_WOMEN = words("Айгүл, Айнура, Бермет, Гүлмира, Жылдыз, Кундуз, Мээрим, Назгүл, Чолпон, Эльмира")
KY_FAMILIES = words("Абдыкадыров, Айтматов, Асанов, Бообеков, Жээнбеков, Касымов, Кулов, Мамытов, Токтогулов, Үсөнов, Чүйев, Эшимов")
UZ_MEN = words("Абдулла, Баҳодир, Жасур, Зафар, Илҳом, Қодир, Отабек, Рустам, Тоҳир, Улуғбек, Ўткир, Шавкат, Ҳасан")
UZ_WOMEN = words("Гулнора, Дилноза, Зулфия, Лола, Малика, Нигора, Озода, Саодат, Феруза, Шаҳноза, Ҳулкар")
UZ_FAMILIES = words("Азимов, Ғаниев, Жўраев, Қодиров, Мирзаев, Нурматов, Раҳимов, Собиров, Тошматов, Ўринов, Шарипов, Ҳакимов")
MN_MEN = words("Алтангэрэл, Батбаяр, Баярсайхан, Ганбаатар, Ганзориг, Мөнхбат, Отгонбаяр, Сүхбаатар, Төмөрбаатар, Цэнд, Энхболд")
MN_WOMEN = words("Алтанцэцэг, Болормаа, Ганчимэг, Мөнхзул, Оюунчимэг, Сарантуяа, Туяа, Уранчимэг, Энхтуяа, Цэцэгмаа")
MN_FAMILIES = words("Баатар, Бат, Ганбат, Дорж, Лхагвасүрэн, Нямдорж, Пүрэв, Содном, Цагаан, Чойбалсан, Чулуун")

KK_MEN = words("""Абай, Азамат, Айдар, Айдос, Алмас, Арман, Асқар, Ахмет, Әділ, Әлихан, Әсет, Бауыржан, Бейбіт, Болат,
Ғабит, Ғалым, Ғани, Дәурен, Досжан, Ерлан, Ержан, Жанболат, Жандос, Жомарт, Қайрат, Қанат, Қасым, Қуаныш, Марат, Мұрат,
Мұхтар, Нұрбол, Нұржан, Нұрлан, Нұрсұлтан, Олжас, Өмірбек, Рахат, Руслан, Сәкен, Самат, Серік, Сұлтан, Талғат, Тимур,
Тұрсын, Ұлан, Шыңғыс, Ықылас""")
KK_WOMEN = words("""Айгерім, Айгүл, Айжан, Айнұр, Алма, Анар, Асель, Әйгерім, Әлия, Әсем, Балжан, Баян, Ботагөз, Гүлнар,
Гүлмира, Гүлшат, Дана, Дариға, Динара, Жанар, Жансая, Жұлдыз, Зәуре, Күләш, Қарлығаш, Лаура, Мадина, Меруерт, Назгүл,
Нұргүл, Перизат, Роза, Сәуле, Салтанат, Ұлжан, Шолпан""")
KK_FAMILIES = words("""Абдрахманов, Абенов, Айтжанов, Ақышев, Алтынбаев, Әбдіров, Әлімжанов, Әуезов, Байжанов, Бекенов,
Дәулетов, Досмұхамедов, Есенғалиев, Жақыпов, Жансүгіров, Жолдасбеков, Жұмабаев, Жұмағұлов, Ибрагимов, Кенжебеков,
Көшербаев, Қасымов, Қожахметов, Құсайынов, Маханов, Мұқанов, Мүсірепов, Нұрғалиев, Нұрпейісов, Омаров, Оразбаев,
Өтегенов, Рысқұлов, Сатпаев, Сейфуллин, Серікбаев, Смағұлов, Сүлейменов, Тасмағамбетов, Төлеген, Тұрсынов, Ұзақбаев,
Шаяхметов, Шоқай, Ізбасаров""")

# The Arabic spelling and spellings that passports have, after French, English and local habits.
ARAB_MEN = """محمد=Mohammed/Muhammad/Mohamed;أحمد=Ahmed/Ahmad;محمود=Mahmoud/Mahmud;علي=Ali/Aly;حسن=Hassan/Hasan;
حسين=Hussein/Husayn/Hossein;خالد=Khaled/Khalid;سعيد=Saeed/Said;سامي=Sami/Samy;طارق=Tarek/Tariq;عادل=Adel/Adil;
عمر=Omar/Umar;فهد=Fahd/Fahad;كريم=Karim/Kareem;ماجد=Majed/Majid;مالك=Malek/Malik;نبيل=Nabil/Nabeel;هشام=Hisham/Hesham;
وليد=Walid/Waleed;ياسر=Yasser/Yasir;يوسف=Youssef/Yusuf/Yousef;زياد=Ziad/Ziyad;رامي=Rami/Ramy;بلال=Bilal/Belal;
جمال=Jamal/Gamal;جميل=Jamil/Jameel;عبد الله=Abdullah/Abdallah/Abdulla;عبد الرحمن=Abdul Rahman/Abdulrahman/Abdel Rahman;
عبد العزيز=Abdulaziz/Abdul Aziz/Abdelaziz;صالح=Saleh/Salih;غسان=Ghassan/Gassan;إبراهيم=Ibrahim/Ebrahim;
إسماعيل=Ismail/Ismael;مصطفى=Mustafa/Moustafa/Mostafa;قاسم=Qasim/Kassem/Qassem;ناصر=Nasser/Nasir;رضا=Reza/Ridha/Rida;
مهدي=Mahdi/Mehdi;جواد=Javad/Jawad;فريد=Farid/Fareed;رشيد=Rashid/Rasheed/Rachid;عثمان=Othman/Usman/Uthman;
پرویز=Parviz/Pervez;چنگیز=Changiz/Chengiz;داود=Dawood/Daoud/Dawud;بهزاد=Behzad/Bahzad"""
ARAB_WOMEN = """آمنة=Amina/Amna/Aminah;أسماء=Asma/Asmaa;إيمان=Iman/Eman;بشرى=Bushra/Boushra;جميلة=Jamila/Jameela;
حنان=Hanan/Hanane;خديجة=Khadija/Khadijah/Khadidja;رانيا=Rania/Ranya;ريم=Reem/Rim;زينب=Zainab/Zeinab/Zaynab;سارة=Sara/Sarah;
سلمى=Salma/Selma;سناء=Sanaa/Sana;شيماء=Shaimaa/Shayma/Chaimaa;عائشة=Aisha/Aicha/Ayesha;فاطمة=Fatima/Fatma/Fatimah;
لبنى=Lubna/Loubna;ليلى=Layla/Leila/Laila;مريم=Maryam/Mariam/Meryem;منى=Mona/Muna;نادية=Nadia/Nadya;نور=Nour/Noor/Nur;
هدى=Huda/Hoda;ياسمين=Yasmin/Yasmine/Jasmin;شیرین=Shirin/Shireen;نسرین=Nasrin/Nasreen"""
ARAB_FAMILIES = """الأنصاري=Al-Ansari/El Ansary;البكري=Al-Bakri/El Bakri;التونسي=Al-Tunisi/Tounsi;الحداد=Al-Haddad/Haddad;
الخطيب=Al-Khatib/El Khatib/Alkhateeb;الدوسري=Al-Dosari/Aldosari;الرفاعي=Al-Rifai/El Refaie;الزعبي=Al-Zoubi/Zoubi;
السالم=Al-Salem/Alsalem;الشمري=Al-Shammari/Alshammari;الصباغ=Al-Sabbagh/Sabbagh;الطيب=Al-Tayeb/El Tayeb;
العتيبي=Al-Otaibi/Alotaibi;الغامدي=Al-Ghamdi/Alghamdi;الفاسي=Al-Fassi/El Fassi;القاسمي=Al-Qasimi/Al Kassimi;
الكيلاني=Al-Kilani/Kilani;المصري=Al-Masri/El Masry;النجار=Al-Najjar/El Naggar;الهاشمي=Al-Hashimi/El Hachemi;
حمدان=Hamdan/Hamdane;خليل=Khalil/Khaleel;درويش=Darwish/Darwich;سليمان=Suleiman/Sulayman/Soliman;شاهين=Shahin/Chahine;
عثمان=Othman/Osman;فارس=Fares/Faris;منصور=Mansour/Mansoor;ناصر=Nasser/Naser;ياسين=Yassin/Yacine;بركات=Barakat/Barakate;
ثابت=Thabet/Thabit;حجازي=Hijazi/Hegazy;شريف=Sharif/Cherif;عباس=Abbas/Abbes;قریشی=Qureshi/Quraishi;رضایی=Rezaei/Rezai;
حسینی=Hosseini/Husseini;احمدی=Ahmadi/Ahmady;کریمی=Karimi/Kareemi;محمدی=Mohammadi/Muhammadi;موسوی=Mousavi/Musavi;
چوہدری=Chaudhry/Choudhary;بٹ=Butt/Bhatt;ملک=Malik/Malek;خان=Khan/Han;بلوچ=Baloch/Baluch;صدیقی=Siddiqui/Siddiqi"""


def spelled(text):
    entries = [entry.strip() for entry in text.replace("\n", "").split(";") if entry.strip()]
    return [(entry.split("=")[0], entry.split("=")[1].split("/")) for entry in entries]


LATIN_MEN = words("""Andreas, Christoph, Dieter, Florian, Günter, Jörg, Jürgen, Lukas, Matthias, Norbert, Rüdiger,
Sebastian, Stefan, Thomas, Ulrich, Alain, Aurélien, Benoît, Cédric, Damien, Étienne, Fabrice, Gérard, Hervé, Jean-Luc,
Jean-Pierre, Julien, Laurent, Noël, Philippe, Rémi, Thierry, Benjamin, Callum, Daniel, Edward, Fergus, Graham, Harold,
James, Keith, Malcolm, Patrick, Simon, Trevor, Bartłomiej, Grzegorz, Jarosław, Łukasz, Paweł, Stanisław, Wojciech,
Zbigniew, Bohumil, Jiří, Luboš, Matěj, Ondřej, Tomáš, Václav, Ákos, Béla, Ferenc, György, László, Zoltán, Çağlar, Emre,
Gökhan, Kağan, Mehmet, Şükrü, Tuğrul, Åke, Björn, Göran, Håkan, Lars-Erik, Mårten, Søren, Jørgen, Øyvind, Íñigo, Joaquín,
José Luis, Juan Carlos, Óscar, Raúl, João, Gonçalo, Vítor, Ștefan, Ionuț, Đorđe, Miloš, Nebojša, Žarko, Jānis, Kārlis""")
LATIN_WOMEN = words("""Anja, Birgit, Christiane, Dörte, Eva-Maria, Franziska, Gisela, Heike, Katrin, Martina, Sabine,
Wiebke, Adèle, Béatrice, Camille, Delphine, Élodie, Françoise, Hélène, Inès, Marie-Claude, Nathalie, Océane, Solène, Zoé,
Abigail, Bridget, Catherine, Deborah, Eleanor, Fiona, Heather, Imogen, Sarah-Jane, Agnieszka, Bożena, Elżbieta,
Małgorzata, Żaneta, Božena, Kateřina, Lucie, Zdeňka, Erzsébet, Ágnes, Ilona, Ayşe, Çiğdem, Gülşen, Özlem, Åsa, Birgitta,
Kajsa, Märta, Begoña, Concepción, María José, Núria, Conceição, Inês, Ioana, Mădălina, Jelena, Snežana, Kristīne""")
LATIN_FAMILIES = words("""Ackermann, Bäcker, Bergmann, Brühl, Dietrich, Förster, Großmann, Hübner, Jäger, Krüger, Lehmann,
Müller-Brandt, Neumann, Pfeiffer, Schäfer, Seidel, Strauß, Vogt, Weiß, Zöllner, Aubert, Bénard, Chevalier, d'Aubigny,
Dufour, Gauthier, Guérin, Lefèvre, Ménard, Prévost, Saint-Clair, Vasseur, Ashworth, Barlow, Carmichael, Fletcher,
Gallagher, Hartley, MacLeod, O'Brien, O'Sullivan, Palmer, Sinclair, Whitfield, Bąkowski, Błaszczyk, Dąbrowski, Jabłoński,
Kaczmarek, Wiśniewski, Wójcik, Zieliński, Černý, Dvořák, Horáček, Kučera, Němec, Růžička, Šimek, Bárány, Fehér, Kovács,
Szűcs, Vörös, Çelik, Demirtaş, Erdoğmuş, Gündoğan, Öztürk, Şahin, Yıldız, Ångström, Bergström, Göransson, Lindqvist,
Sjöberg, Ødegård, Sørensen, Kjær, Ibáñez, Muñoz Peña, García Márquez, Núñez, Zúñiga, Conceição, Guimarães, Magalhães,
Simões, Brâncoveanu, Țepeș, Đorđević, Jovanović, Živković, Bērziņš, Kalniņš, Hoxha, Krasniqi, Barbieri, D'Amico,
De Luca, Esposito, Pellegrini, Rinaldi, van den Berg, van Leeuwen, Dijkstra, Papadopoulos, Georgiou""")
MONONYMS = words("""Suharto, Sukarno, Wiranto, Budiono, Supriyadi, Hartono, Sulistyo, Gunawan, Sutrisno, Rahmawati,
Tenzin, Dorjee, Myint, Thant, Aung""")
# Letter by letter as these people write themselves; ICU has no rules for a language's habits.
PHONETIC = words("""Martin Novak, Robert Adam, Elena Marino, Viktor Lindman, Anna Moretti, Laura Bernardi, Dario Fontana,
Marko Petrov, Karin Lundin, Ivan Marin, Roman Kordan, Stefan Nordin, Ines Tavares, Pavel Dvorak, Maria Fernanda Lopes,
Leon Alvarado, Tomas Sebald, Nora Valentin, Bruno Santoro, Oskar Lindberg""")

# Different names that are one letter or little more apart.
LIKE_GIVEN = words("""Марина Карина, Иван Ян, Дана Диана, Тимур Темир, Дамир Самир, Нурлан Руслан, Анна Инна, Алла Анна,
Денис Демид, Дарья Марья, Олег Олесь, Вадим Радим, Роман Рамон, Егор Игорь, Лидия Лилия, Алина Арина, Алина Галина,
Ирина Арина, Лариса Клариса, Раиса Таиса, Юлия Лия, Яна Ева, Инна Нина, Макар Марк, Савва Слава, Родион Радион,
Полина Галина, Тамара Самара, Кира Мира, Зоя Мая, Ержан Нуржан, Айдар Айдос, Айгуль Айнур, Арман Аман, Марат Мурат,
Серик Берик, Канат Манат, Асель Айсель, Данияр Дамир, Ерлан Нурлан, Жанар Жанна, Алмас Алмат, Бауыржан Нуржан,
Алия Лия, Мадина Медина, Сауле Зауре, Айжан Айдан""")
LIKE_FAMILY = words("""Алиев Алимов, Омаров Умаров, Каримов Рахимов, Ахметов Ахматов, Исмаилов Измайлов, Иванов Ивлев,
Попов Панов, Белов Беляев, Орлов Осипов, Титов Тихонов, Юдин Юнин, Волков Волконский, Комаров Макаров, Козлов Котлов,
Соколов Соболев, Лазарев Назаров, Захаров Сахаров, Баранов Таранов, Громов Громыко, Мартынов Мартов, Карпов Карлов,
Ершов Ежов, Жуков Зуков, Быков Рыков, Петров Перов, Гусев Русев, Семёнов Симонов, Кулов Кузов""")
LIKE_ARABIC = words("""جمال جميل, كمال كامل, حسن حسين, سعيد سعد, خالد خليل, سالم سليم, رشيد راشد, ناصر نصر, عمر عامر,
محمد أحمد, محمد محمود, أحمد حامد, حميد حمد, نادر نذير, ماجد مجيد, فارس فراس, منى مها, سلمى سلوى, ليلى ليان""")
LIKE_LATIN = words("""Eric Erin, Jan Jana, Maria Marta, Daniel Danilo, Stefan Stefano, Julian Julien, Carla Clara,
Laura Lara, Martin Marvin, Anna Hanna, Elena Helene, Karin Karl, Tobias Tomas, Lena Lina, Jonas Jona, Simon Simone,
Marco Mario, Paula Paola, Andrea Andreas, Robert Rupert, Ivan Ian, Marina Karina""")

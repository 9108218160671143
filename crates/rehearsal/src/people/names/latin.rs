//! Names written in Latin letters.

use super::NamePool;
use crate::people::transliteration::Writing;

/// A pool in Latin letters with the given name first, as all of them are here.
const fn latin(male: &'static str, female: &'static str, family: &'static str) -> NamePool {
    NamePool { writing: Writing::Latin, family_first: false, male, female, family, mononyms: "" }
}

/// Names of Germany, Austria and German-speaking Switzerland, with umlauts and `ß`.
pub const GERMAN: NamePool = latin(
    "Andreas, Bernd, Christoph, Dieter, Florian, Georg, Günter, Hannes, Jörg, Jürgen, Karsten, Lukas, Matthias, \
     Norbert, Rüdiger, Sebastian, Stefan, Thomas, Ulrich, Volker",
    "Anja, Birgit, Christiane, Dörte, Eva-Maria, Franziska, Gisela, Heike, Ingrid, Jana, Katrin, Lena, Martina, Nadine, \
     Petra, Sabine, Silke, Ute, Verena, Wiebke",
    "Ackermann, Bäcker, Bergmann, Brühl, Dietrich, Engel, Förster, Graf, Großmann, Hübner, Jäger, Kaiser, Krüger, \
     Lehmann, Müller-Brandt, Neumann, Ott, Pfeiffer, Richter, Schäfer, Seidel, Strauß, Thiele, Vogt, Weiß, Zöllner",
);

/// Names of France and French-speaking Belgium, with accents, cedillas and hyphens.
pub const FRENCH: NamePool = latin(
    "Alain, Aurélien, Benoît, Cédric, Damien, Étienne, Fabrice, Gérard, Hervé, Jean-Luc, Julien, Laurent, Mathieu, \
     Noël, Olivier, Philippe, Rémi, Sylvain, Thierry, Yves",
    "Adèle, Béatrice, Camille, Claire, Delphine, Élodie, Françoise, Hélène, Inès, Jeanne, Laëtitia, Margaux, \
     Marie-Claude, Nathalie, Océane, Pauline, Sandrine, Solène, Valérie, Zoé",
    "Aubert, Barbier, Bénard, Chevalier, Collet, d'Aubigny, Dufour, Faure, Gauthier, Guérin, Henry, Lacroix, Lefèvre, \
     Marchand, Ménard, Noël, Perrin, Prévost, Renaud, Roussel, Saint-Clair, Vasseur",
);

/// English names, also for every state that has no pool of its own.
pub const ENGLISH: NamePool = latin(
    "Aidan, Benjamin, Callum, Daniel, Edward, Fergus, Graham, Harold, Ian, James, Keith, Liam, Malcolm, Neil, Owen, \
     Patrick, Ross, Simon, Stuart, Trevor",
    "Abigail, Bridget, Catherine, Deborah, Eleanor, Fiona, Grace, Heather, Imogen, Jennifer, Kathleen, Laura, Megan, \
     Nicola, Olivia, Phoebe, Rachel, Sarah-Jane, Tracey, Victoria",
    "Ashworth, Barlow, Carmichael, Dawson, Ellis, Fletcher, Gallagher, Hartley, Ingram, Jennings, Kendall, Lambert, \
     MacLeod, Norris, O'Brien, O'Sullivan, Palmer, Quinn, Rowland, Sinclair, Tate, Underwood, Whitfield, Yates",
);

/// Dutch names, many with a prefix in lower case such as `van den`.
pub const DUTCH: NamePool = latin(
    "Bas, Daan, Erik, Frans, Gijs, Henk, Jeroen, Joost, Koen, Maarten, Pieter, Ruud, Sander, Thijs, Wouter",
    "Anneke, Carlijn, Esther, Femke, Greetje, Ilse, Jolanda, Lotte, Marieke, Nienke, Roos, Saskia, Tineke, Willemijn",
    "Bakker, de Boer, de Groot, Dijkstra, Hoekstra, Jansen, Kuipers, Meijer, Mulder, Peters, Smit, van den Berg, \
     van Dijk, van Leeuwen, Visser, Vos, Zijlstra",
);

/// Italian names, some with an apostrophe.
pub const ITALIAN: NamePool = latin(
    "Alessandro, Carlo, Davide, Enrico, Fabio, Giorgio, Lorenzo, Marco, Niccolò, Paolo, Riccardo, Stefano, Tommaso",
    "Alessia, Beatrice, Chiara, Elisa, Federica, Giulia, Ilaria, Lucia, Martina, Noemi, Paola, Serena, Valentina",
    "Barbieri, Bianchi, Caruso, Conti, D'Amico, De Luca, Esposito, Fontana, Gallo, Leone, Mancini, Niccolò, Orlando, \
     Pellegrini, Rinaldi, Santoro, Testa, Vitale",
);

/// Names of Portugal and Brazil, with tildes.
pub const PORTUGUESE: NamePool = latin(
    "André, Bruno, Diogo, Fábio, Gonçalo, Hélder, João, Luís, Miguel, Nuno, Paulo, Rui, Sérgio, Tiago, Vítor",
    "Ana, Beatriz, Catarina, Débora, Inês, Joana, Lúcia, Margarida, Patrícia, Raquel, Sofia, Teresa, Vânia",
    "Almeida, Brandão, Carvalho, Conceição, da Cunha, Esteves, Figueiredo, Guimarães, Henriques, Leitão, Magalhães, \
     Nogueira, Pacheco, Ribeiro, Simões, Teixeira, Vasconcelos",
);

/// Spanish names, each with two family names.
pub const SPANISH: NamePool = latin(
    "Adrián, Álvaro, Diego, Esteban, Fernando, Gonzalo, Héctor, Íñigo, Javier, Joaquín, Manuel, Óscar, Rafael, Sergio",
    "Alba, Begoña, Carmen, Elena, Inés, Irene, Lucía, Marta, Mónica, Noelia, Pilar, Rocío, Sofía, Ximena",
    "Aguilar Peña, Blanco Nuñez, Cabrera Soto, Domínguez Vega, Espinosa Gil, Fuentes Mora, Gallego Ortiz, Herrera Díaz, \
     Ibáñez Cano, Lozano Rey, Medina Cruz, Muñoz Pardo, Navarro Sáez, Ramos Iglesias, Suárez Bravo, Vidal Marín",
);

/// Polish names. Family names in `-ski` have a form for women.
pub const POLISH: NamePool = latin(
    "Andrzej, Bartosz, Cezary, Grzegorz, Jacek, Krzysztof, Łukasz, Maciej, Paweł, Rafał, Sławomir, Tomasz, Wojciech",
    "Agnieszka, Barbara, Dorota, Ewa, Grażyna, Joanna, Katarzyna, Małgorzata, Monika, Renata, Urszula, Wioletta, Żaneta",
    "Bąk, Czarnecki, Dąbek, Gałązka, Jabłoński, Kowalczyk, Łukasik, Mazurek, Nowicki, Ostrowski, Pawłowski, Sikorski, \
     Ślusarczyk, Wieczorek, Zieliński, Żak",
);

/// Czech names. All family names end in `-ák`, whose form for women is long.
pub const CZECH: NamePool = latin(
    "Aleš, Bohumil, David, Jaroslav, Jiří, Karel, Libor, Miloš, Ondřej, Petr, Radek, Štěpán, Tomáš, Zdeněk",
    "Alena, Blanka, Dagmar, Hana, Iveta, Jitka, Klára, Lenka, Markéta, Renata, Šárka, Věra, Zuzana, Žaneta",
    "Dvořák, Horák, Hudák, Kubák, Lišák, Maršák, Novák, Polák, Rybák, Slovák, Šimák, Urbák",
);

/// Serbian names in Latin letters, with `đ` and `ć`.
pub const SERBIAN: NamePool = latin(
    "Aleksandar, Bojan, Dejan, Đorđe, Goran, Ivan, Jovan, Marko, Nikola, Petar, Saša, Stefan, Uroš, Vladimir, Željko",
    "Ana, Branka, Danijela, Gordana, Ivana, Jasmina, Katarina, Ljiljana, Milica, Nataša, Sanja, Snežana, Tijana, Vesna",
    "Antić, Bogdanović, Ćirić, Đurić, Filipović, Grujić, Ilić, Jovičić, Knežević, Lazić, Matić, Nešić, Pavlović, \
     Radić, Stanković, Šarić, Todorović, Vuković, Živković",
);

/// Names of Romania and Moldova.
pub const ROMANIAN: NamePool = latin(
    "Adrian, Bogdan, Cătălin, Dorin, Emil, Florin, Gheorghe, Ion, Liviu, Marian, Nicolae, Ovidiu, Radu, Sorin, Vasile",
    "Adriana, Bianca, Camelia, Doina, Elena, Florentina, Gabriela, Ileana, Lavinia, Mihaela, Oana, Ramona, Simona",
    "Albu, Băcanu, Ciobanu, Dănilă, Enache, Florea, Grigore, Iliescu, Lupu, Munteanu, Neagu, Oprea, Pârvu, Rusu, Stoica, \
     Toma, Ursu, Vlădescu",
);

/// Names of Finland and Estonia.
pub const FINNIC: NamePool = latin(
    "Aarne, Eero, Hannu, Ilmari, Jaan, Jüri, Kalle, Lauri, Mihkel, Olli, Pekka, Rain, Seppo, Tõnu, Veikko, Väinö",
    "Aino, Anneli, Eeva, Helmi, Ilona, Kaisa, Katrin, Leena, Merike, Päivi, Reet, Sirje, Tiina, Tuuli, Ülle",
    "Hämäläinen, Järvinen, Kask, Kivi, Koppel, Laine, Lepik, Mägi, Niemi, Pärn, Rebane, Saar, Salonen, Tamm, Virtanen",
);

/// Names of Lithuania and Latvia. Family names have a form for women.
pub const BALTIC: NamePool = latin(
    "Andris, Artūras, Gintaras, Guntis, Jānis, Juris, Kęstutis, Linas, Māris, Mindaugas, Raimonds, Tomas, Valdis",
    "Agnė, Aija, Dace, Eglė, Ilze, Inga, Jūratė, Līga, Rasa, Rūta, Sandra, Vilija, Zane, Živilė",
    "Bērziņš, Dambrauskas, Janauskas, Kalniņš, Kazlauskas, Krūmiņš, Liepiņš, Ozoliņš, Petrauskas, Sakalauskas, Vītoliņš, \
     Zariņš",
);

/// Names of Denmark, Norway and Sweden, with `å`, `æ` and `ø`.
pub const NORDIC: NamePool = latin(
    "Anders, Bjørn, Erik, Gösta, Håkan, Jens, Kåre, Lars, Mikkel, Nils, Øystein, Per, Rasmus, Søren, Torbjörn, Åke",
    "Anne, Birgitta, Camilla, Eva, Frida, Gunnel, Hanne, Ingrid, Kirsten, Linnéa, Märta, Randi, Signe, Tove, Åsa",
    "Andersson, Bjørklund, Dahl, Ekström, Forsberg, Grønbæk, Hansen, Isaksen, Johansson, Kjær, Lindström, Mortensen, \
     Nygård, Olsen, Sjöberg, Sørensen, Westergaard, Åberg",
);

/// Turkish names, with a dotted and a dotless `i`.
pub const TURKISH: NamePool = latin(
    "Ahmet, Barış, Cem, Doğan, Emre, Gökhan, Hakan, İbrahim, Kemal, Levent, Mehmet, Oğuz, Ömer, Serkan, Şükrü, Tolga, Umut",
    "Aslı, Ayşe, Başak, Ceren, Defne, Ebru, Esra, Gülşen, Hande, İpek, Melis, Nurgül, Özlem, Pınar, Selin, Şebnem, Zeynep",
    "Acar, Aydın, Bozkurt, Çelik, Çetin, Doğru, Erdem, Güler, Işık, Kılıç, Korkmaz, Öztürk, Polat, Şahin, Tekin, Uçar, \
     Ünal, Yıldız",
);

/// Azerbaijani names in Latin letters. Family names in `-ov` and `-ev` have a form for women.
pub const AZERBAIJANI: NamePool = latin(
    "Anar, Elçin, Elnur, Fuad, Kamran, Murad, Orxan, Rauf, Samir, Tural, Vüqar, Zaur",
    "Aygün, Aysel, Günel, Kamilla, Nigar, Reyhan, Sevinc, Sona, Türkan, Ülviya, Zümrüd",
    "Abbasov, Babayev, Cavadov, Feyziyev, Hüseynov, Kazimov, Nuriyev, Orucov, Quliyev, Rzayev, Salmanov, Zeynalov",
);

/// Pakistani names in Latin letters.
pub const PAKISTANI: NamePool = latin(
    "Adeel, Bilal, Faisal, Hamza, Imran, Junaid, Kashif, Nadeem, Omar, Rizwan, Saad, Tariq, Usman, Waqar, Zubair",
    "Aisha, Amna, Bushra, Fariha, Hina, Iqra, Kiran, Maryam, Nadia, Rabia, Saima, Sana, Tahira, Uzma, Zainab",
    "Abbasi, Ahmad, Bhatti, Chaudhry, Durrani, Farooqi, Gillani, Hashmi, Iqbal, Javed, Mirza, Qureshi, Rehman, Sheikh, \
     Siddiqui",
);

/// Names of Indonesia and Malaysia, the only pool in which people can have only one name.
pub const MALAY: NamePool = NamePool {
    writing: Writing::Latin,
    family_first: false,
    male: "Agus, Ahmad, Bambang, Budi, Dedi, Eko, Faizal, Hafiz, Hendra, Iskandar, Joko, Rahmat, Rizal, Slamet, Yusof",
    female: "Aminah, Ayu, Dewi, Endang, Fatimah, Indah, Kartika, Lestari, Maimunah, Noraini, Putri, Ratna, Sri, Zaleha",
    family: "Gunawan, Halim, Hidayat, Ismail, Kurniawan, Mahmud, Nasution, Pratama, Rahman, Saputra, Siregar, Wibowo",
    mononyms: "Darmawan, Harsono, Kusuma, Maryati, Mulyono, Purnomo, Rukmini, Santoso, Subagyo, Sumarni, Suparman, \
               Suryadi, Sutrisno, Wahyuni, Wibisono, Yuliana",
};

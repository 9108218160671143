//! A decree is published with lists of its people in Kazakh, Russian and English, as CSV, XLSX and PDF.
//!
//! The decree is adopted whole or not at all. A list has everybody in the order of the decree, and refused people apart
//! with their ground. A draft is marked. The stories read the files back. Scenario 19.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use calamine::{Data, Reader as _, Xlsx};
use client::Code;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use rehearsal::filing;
use rehearsal::people::People;
use stories::{Reach, Scene, ask, refused};
use wire::v1;
use wire::v1::{Language, ListFormat};

use super::DATABASE;

/// The number of people in the decree.
const PEOPLE: usize = 263;
/// The organizations that send them, each with the nationality of its people.
const SENDERS: [(&str, &str); 3] = [("osce-odihr", "FRA"), ("cis", "FRA"), ("state-deu", "DEU")];
/// Invented names with every letter that Kazakh has and Russian has not, in both cases: a font may lack them.
const KAZAKH: [&str; 5] =
    ["Әлиәс Ғанидғат", "Қаһарман Өтеңөз", "Ұлжұлан Үміт-Гүлнұр Һәкіміұлы", "Іңкәр Іскендір", "Ңүұқғәөһі ҢҮҰҚҒӘӨҺІ"];
const LANGUAGES: [Language; 3] = [Language::En, Language::Ru, Language::Kk];
/// The category of a short-term observer in the languages of [`LANGUAGES`].
const OBSERVER: [&str; 3] = ["Short-term observer", "Краткосрочный наблюдатель", "Қысқа мерзімді бақылаушы"];

/// 263 is the size of a real decree. A list that lost a name or a letter would be published with the error.
#[tokio::test]
async fn scenario_19_a_decree_over_263_names_is_atomic_and_listed_in_three_languages() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut people = People::new(263);
    let filed: Vec<_> = (0..PEOPLE)
        .map(|number| {
            let (organization, state) = SENDERS[number % SENDERS.len()];
            let mut application = filing::application(v1::Category::ShortTermObserver, people.person(state));
            let person = application.person.as_mut().expect("the value was just made");
            person.name_kk = format!("{} {}", KAZAKH[number % KAZAKH.len()], word(number));
            person.name_ru = format!("Щёкин-Ъыэ {}", word(number));
            (organization, application)
        })
        .collect();
    let bring = |(organization, application): (&'static str, v1::Application)| {
        scene.bring_as(organization, application, Reach::Submitted)
    };
    let submitted = stream::iter(filed.clone()).map(bring).buffered(16);
    let list: Vec<String> = submitted.map_ok(|application| application.name).try_collect().await?;
    scene.recommend_all(&list).await?;
    let draft = scene.decree_over(list.clone()).await?;

    // One person who is sent back to review blocks the whole decree: it accredits nobody.
    let extra = scene.bring("cis", Reach::Recommended).await?;
    let with_extra = scene.adopter.add_decree_items(ask::list_in(&draft.name, vec![extra.name.clone()])).await?;
    scene.adopter.send_back_application(ask::send_back(&extra)).await?;
    let stopped = scene.adopter.adopt_decree(ask::adopt(&with_extra)).await;
    let stopped = refused(stopped, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(stopped.violations().iter().map(|one| &*one.field).collect::<Vec<_>>() == ["applications[263]"]);
    ensure!(scene.auditor.all_accreditations(ask::all_accreditations()).await?.is_empty());
    let whole = scene.adopter.remove_decree_items(ask::take_out_of(&draft.name, vec![extra.name])).await?;
    let adopted = scene.adopter.adopt_decree(ask::adopt(&whole)).await?;
    ensure!((adopted.accredited_count, adopted.refused_count) == (263, 0) && adopted.applications == list);
    let accredited = scene.auditor.all_accreditations(ask::all_accreditations()).await?;
    let numbers: BTreeSet<u32> =
        accredited.iter().filter_map(|one| one.name.rsplit('/').next()?.parse().ok()).collect();
    ensure!(
        numbers.into_iter().eq(1..=263) && accredited.len() == PEOPLE,
        "accreditation numbers are used twice or left out"
    );
    let times: BTreeSet<_> =
        accredited.iter().map(|one| one.accredit_time.map(|time| (time.seconds, time.nanos))).collect();
    ensure!(times.len() == 1, "all people of a decree must be accredited at the same moment");

    let senders = ["OSCE/ODIHR", "CIS", "Germany (embassy)"];
    for (index, language) in LANGUAGES.into_iter().enumerate() {
        let name = |person: &v1::Person| match language {
            Language::Kk => person.name_kk.clone(),
            Language::Ru => person.name_ru.clone(),
            _ => format!("{} {}", person.family_name, person.given_name).trim_end().to_owned(),
        };
        let people = filed.iter().filter_map(|(_, application)| application.person.as_ref());
        let rows: Vec<Vec<String>> = (1..)
            .zip(people)
            .map(|(place, person): (usize, _)| {
                let (_, state) = SENDERS[(place - 1) % 3];
                let cells = [
                    &place.to_string(),
                    &place.to_string(),
                    &name(person),
                    senders[(place - 1) % 3],
                    OBSERVER[index],
                    state,
                ];
                cells.map(str::to_owned).to_vec()
            })
            .collect();
        let list_as = |format: ListFormat| render_list(&scene.auditor, &adopted.name, language, format);
        for table in [csv(&list_as(ListFormat::Csv).await?)?, xlsx(&list_as(ListFormat::Xlsx).await?)?] {
            ensure!(table.len() == 1 + PEOPLE && table.iter().all(|row| row.len() == 8), "{} rows", table.len());
            for (cells, expected) in table[1..].iter().zip(&rows) {
                ensure!(
                    cells[..6] == expected[..] && !cells[6].is_empty() && cells[7].is_empty(),
                    "{cells:?} {expected:?}"
                );
            }
        }
        check_pdf(&list_as(ListFormat::Pdf).await?, &rows)?;
    }
    Ok(())
}

/// Checks that a PDF has all rows in their order, and a number on each page.
fn check_pdf(file: &v1::DecreeList, rows: &[Vec<String>]) -> anyhow::Result<()> {
    let pages = pages(file)?;
    ensure!(pages.len() > 5, "{} pages", pages.len());
    let mut text = String::new();
    for (number, page) in (1..).zip(&pages) {
        let numbered = format!("{number} / {} ", pages.len());
        let rest = page.strip_prefix(&numbered).with_context(|| format!("page {number} begins with: {page:.80}"))?;
        ensure!(!rest.contains("DRAFT"), "an adopted decree is marked as a draft");
        text += rest;
        text.push(' ');
    }
    let mut rest = text.as_str();
    for row in rows {
        // The text of a row has the order of its columns, also when a category wraps to a second line.
        let row = row.join(" ");
        let (_, after) = rest.split_once(&row).with_context(|| format!("missing, or in another order: {row}"))?;
        rest = after;
    }
    let signed = ["Chair of the Commission", "Secretary of the Commission"];
    ensure!(signed.iter().all(|name| rest.contains(name)), "the names of the signatures are missing: {rest}");
    Ok(())
}

/// The signed list has the number, the day and the names of the last correction. It has no earlier ones.
#[tokio::test]
async fn the_list_of_a_corrected_draft_contains_only_the_corrected_values() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.decree_over(vec![scene.bring("osce-odihr", Reach::Recommended).await?.name]).await?;
    let mut correction = ask::correct_decree(&draft, "12/231");
    let fields = correction.decree.as_mut().expect("the value was just made");
    fields.session_date = "2019-06-04".to_owned();
    (fields.chair, fields.secretary) = ("Deputy Chair".to_owned(), "Another Secretary".to_owned());
    let corrected = scene.adopter.update_decree(correction).await?;
    let adopted = scene.adopter.adopt_decree(ask::adopt(&corrected)).await?;
    for (reader, decree) in [(&scene.adopter, &corrected), (&scene.officer, &adopted)] {
        let paper = pages(&render_list(reader, &decree.name, Language::En, ListFormat::Pdf).await?)?.concat();
        for (expected, outdated) in [
            ("Decree No. 12/231 of 4 June 2019".to_owned(), format!("No. {} of", draft.decree_number)),
            ("Deputy Chair".to_owned(), "Chair of the Commission".to_owned()),
            ("Another Secretary".to_owned(), "Secretary of the Commission".to_owned()),
        ] {
            ensure!(paper.contains(&expected) && !paper.contains(&outdated), "{expected}, not {outdated}: {paper}");
        }
    }
    Ok(())
}

/// An unmarked draft could be taken for the decree. A name that runs as a formula could attack the reader's computer.
#[tokio::test]
async fn a_draft_list_is_marked_and_refused_people_are_listed_apart_with_the_ground() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let named = |name: &str| {
        let mut application = scene.someone();
        let person = application.person.as_mut().expect("the value was just made");
        (person.name_kk, person.name_ru) = (name.to_owned(), String::new());
        application
    };
    // A name that begins like a formula must not run in a spreadsheet.
    let formula = "=HYPERLINK(\"http://x\")";
    let refused_one = scene.bring_as("cis", named("Қалмағанбет Ө."), Reach::InReview).await?;
    let ground = Some(("not-nominated", "+CMD: there is no letter of nomination."));
    scene.reviewer.recommend_application(ask::recommend_refusal(&refused_one, ground)).await?;
    let mut list = vec![refused_one.name];
    for name in [formula, "+CMD"] {
        list.push(scene.bring_as("osce-odihr", named(name), Reach::Recommended).await?.name);
    }
    let draft = scene.decree_over(list).await?;

    let paper = render_list(&scene.adopter, &draft.name, Language::Kk, ListFormat::Pdf).await?;
    ensure!((paper.file_name.as_str(), paper.media_type.as_str()) == ("decree-1-draft-kk.pdf", "application/pdf"));
    for page in pages(&paper)? {
        ensure!(page.contains("ЖОБА / ПРОЕКТ / DRAFT"), "{page}");
    }
    let table = csv(&render_list(&scene.adopter, &draft.name, Language::Kk, ListFormat::Csv).await?)?;
    ensure!(
        table[1..].iter().all(|row| row[1] == "—"),
        "the list of a draft must have no accreditation numbers: {table:?}"
    );
    let hidden = scene.officer.render_decree_list(ask::decree_list(&draft.name, Language::Kk, ListFormat::Csv)).await;
    refused(hidden, Code::NotFound, "NOT_FOUND");

    let adopted = scene.adopter.adopt_decree(ask::adopt(&draft)).await?;
    let table = csv(&render_list(&scene.officer, &adopted.name, Language::Kk, ListFormat::Csv).await?)?;
    let shown = |row: &Vec<String>| [0, 1, 2, 6, 7].map(|column| row[column].clone());
    let in_kazakh = "Адамды жіберуші шет мемлекет немесе халықаралық ұйым байқаушы ретінде ұсынбаған";
    let refusal_text = format!("{in_kazakh}. +CMD: there is no letter of nomination.");
    let expected = [
        ["1", "1", "\t=HYPERLINK(\"http://x\")", "Аккредиттелсін", ""],
        ["2", "2", "\t+CMD", "Аккредиттелсін", ""],
        ["3", "—", "Қалмағанбет Ө.", "Аккредиттеуден бас тартылсын", &refusal_text],
    ];
    ensure!(table[1..].iter().map(shown).collect::<Vec<_>>() == expected, "{table:?}");
    let workbook = xlsx(&render_list(&scene.reviewer, &adopted.name, Language::Kk, ListFormat::Xlsx).await?)?;
    ensure!([&*workbook[1][2], &*workbook[2][2]] == [formula, "+CMD"], "{workbook:?}");
    let paper = pages(&render_list(&scene.auditor, &adopted.name, Language::Kk, ListFormat::Pdf).await?)?.concat();
    let (above, below) =
        paper.split_once("Аккредиттеуден бас тартылсын (1)").context("no section of refused people")?;
    ensure!(above.contains("Аккредиттелсін (2)") && above.contains(formula) && !paper.contains("DRAFT"), "{paper}");
    ensure!(below.contains("3 — Қалмағанбет Ө.") && below.contains(&format!("Негіз: {in_kazakh}")), "{paper}");
    ensure!(below.contains("+CMD: there is no letter"), "{paper}");

    // These people have no Russian name, so the Russian list shows the Latin letters of the passport. The debug output
    // of the reply must hide personal data.
    let list = render_list(&scene.auditor, &adopted.name, Language::Ru, ListFormat::Xlsx).await?;
    ensure!(xlsx(&list)?[3][7].starts_with("Лицо не представлено в качестве наблюдателя"), "{:?}", xlsx(&list)?);
    ensure!(xlsx(&list)?[1..].iter().all(|row| row[2].is_ascii() && row[2].contains(' ')), "{:?}", xlsx(&list)?);
    let debug =
        format!("DecreeList {{ media_type: {:?}, file_name: <redacted>, content: <redacted> }}", list.media_type);
    ensure!(format!("{list:?}") == debug);
    let unset = v1::RenderDecreeListRequest { name: adopted.name, ..Default::default() };
    let unset = refused(scene.auditor.render_decree_list(unset).await, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(
        unset.violations().iter().map(|one| &*one.field).collect::<BTreeSet<_>>()
            == BTreeSet::from(["format", "language"])
    );
    Ok(())
}

/// The list of a decree in a language and a format, as a client gets it.
async fn render_list(
    client: &client::Client,
    decree: &str,
    language: Language,
    format: ListFormat,
) -> anyhow::Result<v1::DecreeList> {
    Ok(client.render_decree_list(ask::decree_list(decree, language, format)).await?)
}

/// A different word for each number, so that no name is a part of another.
fn word(number: usize) -> String {
    let letter = |digit: usize| ["а", "б", "в", "г", "д", "е", "ж", "з", "и", "к"][digit % 10];
    format!("Я{}{}{}", letter(number / 100), letter(number / 10), letter(number))
}

/// The text of each page as `pdftotext` reads it, with single spaces between words.
fn pages(file: &v1::DecreeList) -> anyhow::Result<Vec<String>> {
    ensure!(file.file_name.ends_with(".pdf"));
    let mut reader = Command::new("pdftotext");
    reader
        .args(["-raw", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut reader = reader.spawn().context("pdftotext is missing: apt-get install poppler-utils")?;
    let mut input = reader.stdin.take().context("no pipe to pdftotext")?;
    let bytes = file.content.clone();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = reader.wait_with_output()?;
    writer.join().expect("the writer does not panic")?;
    ensure!(output.status.success(), "pdftotext: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let pages = text.split('\u{c}').map(|page| page.split_whitespace().collect::<Vec<_>>().join(" "));
    Ok(pages.filter(|page| !page.is_empty()).collect())
}

/// The rows of a CSV file, which must begin with the byte order mark.
fn csv(file: &v1::DecreeList) -> anyhow::Result<Vec<Vec<String>>> {
    let text = std::str::from_utf8(&file.content)?.strip_prefix('\u{feff}').context("no byte order mark")?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| Ok(row?.iter().map(str::to_owned).collect())).collect()
}

/// The rows of the first sheet of a workbook, which must have no formula.
fn xlsx(file: &v1::DecreeList) -> anyhow::Result<Vec<Vec<String>>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&file.content))?;
    let sheet = book.sheet_names()[0].clone();
    ensure!(book.worksheet_formula(&sheet)?.is_empty(), "the workbook has a formula");
    let cell = |cell: &Data| match cell {
        Data::String(text) => Ok(text.clone()),
        Data::Empty => Ok(String::new()),
        other => anyhow::bail!("a cell is not a text: {other:?}"),
    };
    book.worksheet_range(&sheet)?.rows().map(|row| row.iter().map(cell).collect()).collect()
}

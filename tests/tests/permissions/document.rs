//! The calls of DocumentService.

use rehearsal::calls::request_id;
use rehearsal::filing;
use stories::Reach;
use wire::v1;

use super::call::{Answer, Call, Relation};

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    Ok(match method {
        "UploadDocument" => {
            let draft = call.application(Reach::Draft).await?;
            let person = draft.person.clone().unwrap_or_default();
            // Another photo than the one that the application declares.
            let next = filing::with_another_photo(&filing::application(v1::Category::Diplomat, person.clone()));
            let photo = next.documents[1].clone();
            let bytes = filing::bytes_of(&person, &photo)?;
            let header = v1::UploadHeader { request_id: request_id(), parent: draft.name, document: Some(photo) };
            caller.upload_document(header, bytes).await.map(drop)
        }
        "DownloadDocument" => {
            let name = document(call).await?;
            let request = v1::DownloadDocumentRequest { name, purpose: "permission test".to_owned() };
            caller.download_document(request).await.map(drop)
        }
        "ListDocuments" => {
            let parent = call.application(Reach::Presented).await?.name;
            caller.list_documents(v1::ListDocumentsRequest { parent }).await.map(drop)
        }
        "ListDocumentReads" => {
            let request = v1::ListDocumentReadsRequest { parent: call.election(), ..Default::default() };
            caller.list_document_reads(request).await.map(drop)
        }
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The name of a document of a presented application. Every role that may read documents may read it.
async fn document(call: &Call<'_>) -> anyhow::Result<String> {
    let application = call.application(Reach::Presented).await?;
    if call.is(Relation::Absent) {
        return Ok(format!("{}/documents/01964000-0000-7000-8000-000000000000", application.name));
    }
    let secretary = call.fixture.scene.world.actor(call.owner(), rehearsal::world::SECRETARY);
    let list = secretary.list_documents(v1::ListDocumentsRequest { parent: application.name }).await?;
    Ok(list.documents[0].name.clone())
}

//! The calls of ApplicationService.

use stories::{Reach, ask, at};
use wire::v1;

use super::call::{Answer, Call, Relation};

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let (caller, scene) = (&call.caller, &call.fixture.scene);
    let mission = ask::mission(if call.is(Relation::Absent) { "no-such-organization" } else { call.owner() });
    Ok(match method {
        "CreateApplication" => caller.create_application(ask::file(&mission, call.someone())).await.map(drop),
        "UpdateApplication" => {
            let draft = call.application(Reach::Draft).await?;
            caller.update_application(ask::update(&draft, scene.someone())).await.map(drop)
        }
        "SubmitApplication" => {
            let draft = call.application(Reach::Draft).await?;
            caller.submit_application(ask::submit(&draft.name)).await.map(drop)
        }
        "AnswerQuestions" => {
            caller.answer_questions(ask::answer(&application_with_question(call).await?)).await.map(drop)
        }
        "WithdrawApplication" => {
            let submitted = call.application(Reach::Submitted).await?;
            caller.withdraw_application(ask::withdraw(&submitted.name)).await.map(drop)
        }
        "GetApplication" => {
            let presented = call.application(Reach::Presented).await?;
            caller.get_application(ask::application(&presented.name)).await.map(drop)
        }
        "ListApplications" => {
            let request = v1::ListApplicationsRequest { parent: mission, ..Default::default() };
            caller.list_applications(request).await.map(drop)
        }
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The name of an application with an open question of the commission.
async fn application_with_question(call: &Call<'_>) -> anyhow::Result<String> {
    let claimed = call.application(Reach::InReview).await?;
    if call.is(Relation::Absent) {
        return Ok(claimed.name);
    }
    let request = ask::raise_questions(&claimed, at("2019-05-20T00:00:00Z"));
    Ok(call.fixture.scene.reviewer.raise_questions(request).await?.name)
}

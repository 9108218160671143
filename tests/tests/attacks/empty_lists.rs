//! Sends requests with many empty items. One such request of 128 KiB once took 14 s of CPU.

use std::time::Instant;

use anyhow::ensure;
use rehearsal::calls::request_id;
use stories::{Database, Reach, Scene};
use tonic::Code;
use wire::v1;
use wire::v1::application_service_client::ApplicationServiceClient;

use crate::{ATTACK_TIME, ONE_AT_A_TIME, other_clients};

/// Number of requests that are sent at once.
const AT_ONCE: usize = 4;
/// Number of empty items in a request. Each takes two bytes.
const ITEMS: usize = 64 << 10;

/// Every registered client may send such requests. The server must count their items before it decodes them.
#[tokio::test(flavor = "multi_thread")]
async fn lists_of_empty_items_delay_no_other_client() -> anyhow::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let scene = Scene::on(Database::Sqlite).await?;
    let name = scene.bring("osce-odihr", Reach::Draft).await?.name;
    let client = ApplicationServiceClient::new(scene.osce.channel());
    let attack = async |mut client: ApplicationServiceClient<_>| {
        let (start, mut refused) = (Instant::now(), 0);
        while start.elapsed() < ATTACK_TIME {
            let request = v1::AnswerQuestionsRequest {
                request_id: request_id(),
                name: name.clone(),
                answers: vec![v1::Answer::default(); ITEMS],
                application: None,
            };
            let answer = client.answer_questions(request).await;
            let code = answer.err().map(|status| status.code());
            ensure!(code == Some(Code::InvalidArgument), "expected INVALID_ARGUMENT, got {code:?}");
            refused += 1;
        }
        Ok(refused)
    };
    let attacks = futures_util::future::try_join_all((0..AT_ONCE).map(|_| attack(client.clone())));
    let refused: usize = other_clients::run_attack(&scene, "empty-lists", attacks).await?.into_iter().sum();
    println!("{refused} requests were refused");
    ensure!(refused > AT_ONCE * 2, "only {refused} requests were refused");
    Ok(())
}

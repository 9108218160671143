//! `WatchListService`.

use tonic::{Request, Response, Status, Streaming};
use wire::v1;

use crate::engine::{Api, get};

#[tonic::async_trait]
impl v1::watch_list_service_server::WatchListService for Api {
    async fn replace_watch_list(
        &self,
        request: Request<Streaming<v1::ReplaceWatchListRequest>>,
    ) -> Result<Response<v1::WatchList>, Status> {
        self.take_watch_list(request).await
    }

    async fn get_watch_list_entry(
        &self,
        request: Request<v1::GetWatchListEntryRequest>,
    ) -> Result<Response<v1::WatchListEntry>, Status> {
        self.ask::<get::GetWatchListEntry>(request).await
    }
}

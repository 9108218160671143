//! One function for each method that takes one message and answers with one. Their names come from `proto/`.

use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic::{Request, Response, Status};
use wire::codec::BytesCodec;
use wire::method::{Body as _, Call};
use wire::{Bytes, v1};

use crate::{Client, Error};

/// The longest reply that is read, in bytes: a page of 1,000 applications is many times smaller.
const MAX_REPLY_BYTES: usize = 32 * 1024 * 1024;

macro_rules! methods {
    ($($name:ident($request:ident) $method:literal;)+) => {
        impl Client {$(
            #[doc = concat!("`", $method, "`; the proto says who may call it and how it can fail.")]
            ///
            /// # Errors
            ///
            /// The server's refusal, or why it could not be asked.
            pub async fn $name(&self, request: v1::$request) -> Result<<v1::$request as Call>::Reply, Error> {
                self.unary(&request).await
            }
        )+}
    };
}

wire::for_each_call!(methods);

impl Client {
    async fn unary<R: Call>(&self, request: &R) -> Result<R::Reply, Error> {
        let reply = self.send(R::PATH, request.to_bytes()).await?;
        R::Reply::from_bytes(reply).map_err(|error| self.malformed(R::PATH, &error))
    }

    /// Sends a message and gives the reply: compiled once for all methods.
    async fn send(&self, path: &'static str, message: Bytes) -> Result<Bytes, Error> {
        self.call(message, |channel, request| unary(channel, path, request)).await
    }
}

async fn unary(channel: Channel, path: &'static str, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
    let mut grpc = Grpc::new(channel).max_decoding_message_size(MAX_REPLY_BYTES);
    grpc.ready().await.map_err(|error| Status::unknown(format!("Service was not ready: {error}")))?;
    grpc.unary(request, PathAndQuery::from_static(path), BytesCodec).await
}

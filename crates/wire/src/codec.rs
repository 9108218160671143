//! Messages that pass through gRPC as bytes, so that gRPC's own code is compiled once and not for each method.

use std::marker::PhantomData;

use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::Bytes;
use tonic_prost::{ProstCodec, ProstDecoder};

/// Hands on bytes both ways.
#[derive(Debug, Clone, Copy)]
pub struct BytesCodec;

impl Codec for BytesCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        prost::bytes::BufMut::put(buffer, message);
        Ok(())
    }
}

impl Decoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        use prost::bytes::Buf as _;
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

/// Decodes the parts of a stream, and hands on the reply as bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct PartsCodec<P>(PhantomData<P>);

impl<P: prost::Message + Default + Send + 'static> Codec for PartsCodec<P> {
    type Encode = Bytes;
    type Decode = P;
    type Encoder = BytesCodec;
    type Decoder = ProstDecoder<P>;

    fn encoder(&mut self) -> BytesCodec {
        BytesCodec
    }

    fn decoder(&mut self) -> ProstDecoder<P> {
        ProstCodec::<P, P>::default().decoder()
    }
}

//! The methods of the API as `proto/` names them, and how their messages are encoded.

use prost::DecodeError;
use prost::bytes::Bytes;

/// A message that can be sent. Object-safe: the sender need not know its type.
pub trait Encode: Send {
    /// The message in protobuf's binary encoding.
    fn to_bytes(&self) -> Bytes;
}

/// A message that is a whole request or reply.
///
/// Encoding and decoding are compiled here, once for each message: prost's own functions are generic, and every crate
/// that called them would compile them again.
pub trait Body: Encode + Sized + 'static {
    /// Reads a message in protobuf's binary encoding.
    ///
    /// # Errors
    ///
    /// That the bytes are no such message.
    fn from_bytes(bytes: Bytes) -> Result<Self, DecodeError>;
}

/// The request of a method that takes one message and answers with one.
pub trait Call: Body + Clone {
    /// What the method answers with.
    type Reply: Body;
    /// The method's path, as in `/accreditation.v1.RegistryService/WhoAmI`.
    const PATH: &'static str;
}

macro_rules! bodies {
    ($($message:ident)+) => {$(
        impl Encode for crate::v1::$message {
            fn to_bytes(&self) -> Bytes {
                prost::Message::encode_to_vec(self).into()
            }
        }

        impl Body for crate::v1::$message {
            fn from_bytes(bytes: Bytes) -> Result<Self, DecodeError> {
                prost::Message::decode(bytes)
            }
        }
    )+};
}

macro_rules! calls {
    ($($request:ident $reply:ident $path:literal;)+) => {$(
        impl Call for crate::v1::$request {
            type Reply = crate::v1::$reply;
            const PATH: &'static str = $path;
        }
    )+};
}

// Written by the build script: `bodies!` and `calls!` with every method, and the macro `for_each_call!`.
include!(concat!(env!("OUT_DIR"), "/methods.rs"));

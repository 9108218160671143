//! The code that is generated from `proto/`, the request rules that are declared there, and the conversions between
//! messages and the domain's values.

use std::sync::LazyLock;

pub mod codec;
pub mod convert;
pub mod json;
pub mod method;
mod redaction;
pub mod request;
pub mod rules;
pub mod violations;

pub use prost::Message;
pub use prost::bytes::Bytes;

/// The package whose messages this crate has.
const PACKAGE: &str = "accreditation.v1";

/// The encoded descriptor set of `proto/`, with its imports and their options.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor.bin"));

/// The descriptors, with their options.
pub static DESCRIPTOR_POOL: LazyLock<prost_reflect::DescriptorPool> = LazyLock::new(|| {
    prost_reflect::DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the build script wrote a valid descriptor set")
});

/// A method of this API by its path, as in `/accreditation.v1.RegistryService/WhoAmI`.
pub fn method(path: &str) -> Option<prost_reflect::MethodDescriptor> {
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    DESCRIPTOR_POOL.get_service_by_name(service)?.methods().find(|one| one.name() == method)
}

/// Package `accreditation.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod v1 {
    tonic::include_proto!("accreditation.v1");
}

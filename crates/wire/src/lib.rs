//! The wire: code generated from `proto/`, the request rules declared there, and every conversion between messages and
//! the domain's values.

use std::sync::LazyLock;

pub mod convert;
pub mod json;
pub mod personal;
pub mod request;
pub mod rules;
pub mod violations;

/// The encoded descriptor set of `proto/`, with its imports and their options.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor.bin"));

/// The descriptors, with their options.
pub static DESCRIPTOR_POOL: LazyLock<prost_reflect::DescriptorPool> = LazyLock::new(|| {
    prost_reflect::DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the build script wrote a valid descriptor set")
});

/// Package `accreditation.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod v1 {
    tonic::include_proto!("accreditation.v1");
}

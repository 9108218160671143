//! Compiles `proto/` without protoc.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use prost::Message as _;
use prost_reflect::{DescriptorPool, MessageDescriptor};

/// The package that code is generated for.
const PACKAGE: &str = "accreditation.v1";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let proto = root.join("proto");

    let mut files: Vec<String> = std::fs::read_dir(proto.join("accreditation/v1"))?
        .map(|entry| Ok(format!("accreditation/v1/{}", entry?.file_name().to_string_lossy())))
        .collect::<std::io::Result<_>>()?;
    files.sort();

    let mut compiler = protox::Compiler::new([&proto, &root.join("third_party/proto")])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(&files)?;
    println!("cargo::rerun-if-changed={}", proto.display());
    println!("cargo::rerun-if-changed={}", root.join("third_party/proto").display());

    // The encoded form keeps extension options (buf.validate, google.api); `file_descriptor_set()` drops them.
    let bytes = compiler.encode_file_descriptor_set();
    std::fs::write(out.join("descriptor.bin"), &bytes)?;

    let mut config = prost_build::Config::new();
    let pool = compiler.descriptor_pool();
    let messages: Vec<_> = pool.all_messages().filter(|message| message.package_name() == PACKAGE).collect();
    // `src/redaction.rs` has the `Debug` of every message: a derived one would show what is about people.
    config.skip_debug(messages.iter().map(|message| format!(".{}", message.full_name())));
    std::fs::write(out.join("redacted_messages.rs"), redacted(&messages)?)?;
    for message in &messages {
        let name = message.full_name();
        config.type_attribute(name, "#[derive(::prost_reflect::ReflectMessage)]");
        config.type_attribute(
            name,
            format!("#[prost_reflect(message_name = \"{name}\", descriptor_pool = \"crate::DESCRIPTOR_POOL\")]"),
        );
    }

    // Generate our own package alone; prost-build wants the well-known types among its input.
    let mut set = prost_types::FileDescriptorSet::decode(&bytes[..])?;
    set.file.retain(|file| matches!(file.package(), PACKAGE | "google.protobuf"));
    std::fs::write(out.join("methods.rs"), methods(&pool))?;
    tonic_prost_build::configure().compile_fds_with_config(set, config)?;
    Ok(())
}

/// The calls of the macros in `src/redaction.rs` with every message, and with the enum of every oneof.
fn redacted(messages: &[MessageDescriptor]) -> Result<String, std::fmt::Error> {
    let (mut calls, mut oneofs) = (String::from("redacted_messages! {\n"), String::new());
    for message in messages {
        writeln!(calls, "    {}", message.name())?;
        for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
            writeln!(oneofs, "    {}::{}", message.name().to_snake_case(), oneof.name().to_upper_camel_case())?;
        }
    }
    write!(calls, "}}\nredacted_oneofs! {{\n{oneofs}}}\n")?;
    Ok(calls)
}

/// What `src/method.rs` includes: everything that follows from the names of the methods.
fn methods(pool: &DescriptorPool) -> String {
    let (mut bodies, mut calls, mut named) = (BTreeSet::new(), String::new(), String::new());
    let services = pool.services().filter(|service| service.parent_file().package_name() == PACKAGE);
    for method in services.flat_map(|service| service.methods().collect::<Vec<_>>()) {
        let (request, reply) = (method.input().name().to_owned(), method.output().name().to_owned());
        bodies.extend([request.clone(), reply.clone()]);
        if !method.is_client_streaming() && !method.is_server_streaming() {
            let service = method.parent_service().full_name().to_owned();
            calls.push_str(&format!("{request} {reply} \"/{service}/{}\"; ", method.name()));
            named.push_str(&format!("{}({request}) \"{}\"; ", method.name().to_snake_case(), method.name()));
        }
    }
    let bodies = Vec::from_iter(bodies).join(" ");
    format!(
        "bodies! {{ {bodies} }}\ncalls! {{ {calls} }}\n\n\
        /// Hands every method that is a [`Call`] to a macro: its name in Rust, its request, its name in the proto.\n\
        #[macro_export]\n\
        macro_rules! for_each_call {{ ($callback:ident) => {{ $callback! {{ {named} }} }} }}\n"
    )
}

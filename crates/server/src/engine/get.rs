//! Methods that read one resource by its name.
//!
//! They load it as a mutation does that answers with it ([`Resource`](super::Resource)). So both
//! show the same fields to the same reader.

/// Defines a method that reads one resource by its name: action, name, request, resource, and how
/// the request is read.
macro_rules! get {
    ($action:ident, $name:ty, $message:ident, $resource:ty, $read:ident) => {
        /// Reads one resource by its name.
        pub(crate) struct $action;

        impl $crate::engine::Query for $action {
            const ACTION: domain::policy::Action = domain::policy::Action::$action;
            type Message = wire::v1::$message;
            type Input = $name;
            type Answer = $resource;

            fn read(message: Self::Message) -> Result<Self::Input, wire::violations::Violations> {
                wire::request::$read(message)
            }

            async fn answer(
                name: &$name,
                tx: &mut store::Tx<'_>,
                by: &domain::outcome::CallContext<'_>,
            ) -> Result<Self::Answer, store::CommandError> {
                <$resource as $crate::engine::Resource>::load(tx, by.permit, &name.to_string(), by.now).await
            }
        }
    };
}

pub(crate) use get;

//! Reading one resource by its name.

/// A method that reads one resource by its name.
macro_rules! get {
    ($action:ident, $name:ty, $message:ident, $resource:ty, $read:ident) => {
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
                by: &domain::outcome::Acting<'_>,
            ) -> Result<Self::Answer, store::CommandError> {
                <$resource as $crate::engine::Resource>::load(tx, by.permit, &name.to_string(), by.now).await
            }
        }
    };
}

pub(crate) use get;

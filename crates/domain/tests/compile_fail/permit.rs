use domain::policy::{Action, Permit, Scope, View};

fn main() {
    let _ = Permit { action: Action::AdoptDecree, scope: Scope::All, view: View::Commission };
}

//! Simulates many transfers that share one allocator, with random sizes and rates from a seed.
//!
//! All transfers that move fast enough must end, and nobody may wait for one that does not move.

use std::time::Duration;

use documents::MAX_BYTES;
use domain::vocabulary::id::OrganizationCode;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::allocator::{EXCLUSIVE_UNITS, Id, MAX_TRANSFERS, MemoryAllocator, ORGANIZATION_UNITS, SHARED_UNITS, UNIT};
use super::rate::CHECK_INTERVAL;
use super::{RateMeter, TooSlow};

/// How many seeds are played.
const SEEDS: u64 = 5;
/// Bytes a second of a fast transfer.
const FAST: u64 = 8 << 20;

/// One transfer, and how far it is.
struct Player {
    id: Id,
    size: usize,
    /// An upload takes memory as its bytes come, a download all at once.
    is_upload: bool,
    /// From so many bytes on it moves so many a second.
    rates: Vec<(usize, u64)>,
    moved: usize,
    waits: Option<oneshot::Receiver<()>>,
    meter: RateMeter,
    begin: Instant,
    /// The longest that it has waited for memory at once.
    waited: Duration,
    waits_since: Instant,
    outcome: Option<Result<(), TooSlow>>,
}

struct Simulation {
    allocator: MemoryAllocator,
    begin: Instant,
    now: Instant,
    players: Vec<Player>,
}

impl Simulation {
    fn new() -> Self {
        let begin = Instant::now();
        Self { allocator: MemoryAllocator::default(), begin, now: begin, players: Vec::new() }
    }

    /// A transfer begins; its number.
    fn enter(&mut self, organization: &str, size: usize, is_upload: bool, rates: &[(usize, u64)]) -> usize {
        let organization: OrganizationCode = organization.parse().expect("a code");
        let id = self.allocator.insert(&organization, size).expect("not too many under way");
        let now = self.now;
        self.players.push(Player {
            id,
            size,
            is_upload,
            rates: rates.to_vec(),
            moved: 0,
            waits: None,
            meter: RateMeter::new(now),
            begin: now,
            waited: Duration::ZERO,
            waits_since: now,
            outcome: None,
        });
        let number = self.players.len() - 1;
        self.ask(number);
        number
    }

    /// Plays until all of them have ended.
    fn play(&mut self, limit: Duration) {
        while self.players.iter().any(|player| player.outcome.is_none()) {
            assert!(self.now - self.begin < limit, "transfers that never end");
            self.tick();
        }
        assert_eq!(self.allocator.usage(), (0, 0), "all memory is free again");
    }

    /// Plays until a moment, whatever has ended by then.
    fn play_until(&mut self, end: Duration) {
        while self.now - self.begin < end {
            self.tick();
        }
    }

    /// Moves the clock by one interval, and every transfer by what its rate allows.
    fn tick(&mut self) {
        self.now += CHECK_INTERVAL;
        for number in 0..self.players.len() {
            if self.players[number].outcome.is_none() {
                self.step(number);
            }
        }
        let (held, _) = self.allocator.usage();
        assert!(held <= SHARED_UNITS + EXCLUSIVE_UNITS, "{held} units");
    }

    /// Moves one transfer by one interval, as far as it has memory.
    fn step(&mut self, number: usize) {
        let player = &mut self.players[number];
        if let Some(waits) = &mut player.waits {
            if waits.try_recv().is_err() {
                player.waited = player.waited.max(self.now - player.waits_since);
                return;
            }
            player.meter.exclude(self.now - player.waits_since);
            player.waits = None;
        }
        // It does not move beyond the point from which on it has another rate.
        let (from, rate) = *player.rates.iter().rev().find(|(from, _)| *from <= player.moved).expect("one from 0 on");
        let next = player.rates.iter().map(|(next, _)| *next).find(|next| *next > from).unwrap_or(player.size);
        let end = next.min(player.moved + usize::try_from(rate / 4).expect("it fits"));
        while self.players[number].waits.is_none() && self.players[number].moved < end {
            let player = &mut self.players[number];
            player.moved = end.min(self.allocator.held(player.id) * UNIT);
            if player.moved == self.allocator.held(player.id) * UNIT {
                self.ask(number);
            }
        }
        self.judge(number);
    }

    /// Ends a transfer that is complete or too slow.
    fn judge(&mut self, number: usize) {
        let player = &mut self.players[number];
        if player.moved == player.size {
            player.outcome = Some(Ok(()));
        } else if player.waits.is_none()
            && let Err(slow) = player.meter.check(self.now, player.moved as u64, self.allocator.is_contested(player.id))
        {
            player.outcome = Some(Err(slow));
        }
        if player.outcome.is_some() {
            self.allocator.remove(player.id);
        }
    }

    /// Asks for the memory of what comes next.
    fn ask(&mut self, number: usize) {
        let player = &mut self.players[number];
        if player.moved == player.size {
            return;
        }
        let units = if player.is_upload { self.allocator.held(player.id) + 1 } else { player.size.div_ceil(UNIT) };
        if units > self.allocator.held(player.id) {
            player.waits = self.allocator.request(player.id, units);
            player.waits_since = self.now;
        }
    }

    /// How long a transfer took that ended at a moment.
    fn took(&self, number: usize, ended: Duration) -> Duration {
        ended - (self.players[number].begin - self.begin)
    }

    /// Plays until that one has ended, and says how long it took.
    fn play_to_end_of(&mut self, number: usize) -> Duration {
        while self.players[number].outcome.is_none() {
            assert!(self.now - self.begin < Duration::from_secs(3600), "it never ends");
            self.tick();
        }
        self.took(number, self.now - self.begin)
    }
}

/// A small generator of numbers that look random; the same seed gives the same ones.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

#[test]
fn twenty_organizations_with_transfers_of_any_size_all_finish() {
    for seed in 0..SEEDS {
        let (mut simulation, mut numbers) = (Simulation::new(), Numbers(seed));
        for organization in 0..20 {
            for _ in 0..=numbers.below(MAX_TRANSFERS as usize) {
                let most = [MAX_BYTES, 4 << 20, 300 << 10][numbers.below(3)];
                let size = 1 + numbers.below(most);
                let rate = (256 << 10) + numbers.below(4 << 20) as u64;
                simulation.enter(&format!("org-{organization}"), size, numbers.below(3) > 0, &[(0, rate)]);
            }
        }
        simulation.play(Duration::from_secs(3600));
        let slow = simulation.players.iter().filter(|player| player.outcome != Some(Ok(()))).count();
        assert_eq!(slow, 0, "seed {seed}");
    }
}

#[test]
fn among_others_that_stop_at_any_point_all_that_move_finish() {
    for seed in 0..SEEDS {
        let (mut simulation, mut numbers) = (Simulation::new(), Numbers(seed));
        let mut honest = Vec::new();
        for organization in 0..20 {
            for number in 0..=numbers.below(MAX_TRANSFERS as usize) {
                let size = 1 + numbers.below(MAX_BYTES);
                let (name, is_upload) = (format!("org-{organization}"), numbers.below(3) > 0);
                if organization % 2 == 0 && number % 2 == 0 {
                    let stops = numbers.below(size);
                    simulation.enter(&name, size, is_upload, &[(0, FAST), (stops, 0)]);
                } else {
                    honest.push(simulation.enter(&name, size, is_upload, &[(0, FAST)]));
                }
            }
        }
        simulation.play(Duration::from_secs(3600));
        for number in honest {
            assert_eq!(simulation.players[number].outcome, Some(Ok(())), "seed {seed}");
        }
    }
}

/// Two delegations announce the largest documents and send a byte now and then, thirty-two times
/// each.
#[test]
fn two_organizations_that_announce_much_and_send_nothing_hold_nobody_up() {
    let mut simulation = Simulation::new();
    for attacker in ["mallory", "trudy"] {
        for _ in 0..MAX_TRANSFERS {
            simulation.enter(attacker, MAX_BYTES, true, &[(0, 1)]);
        }
    }
    simulation.play_until(Duration::from_secs(5));
    for (size, is_upload) in [(1 << 20, true), (1 << 20, false), (ORGANIZATION_UNITS * UNIT, true), (300 << 10, false)]
    {
        let good = simulation.enter("osce", size, is_upload, &[(0, FAST)]);
        let took = simulation.play_to_end_of(good);
        assert_eq!(simulation.players[good].outcome, Some(Ok(())));
        assert!(simulation.players[good].waited <= Duration::ZERO, "what fits the shared part does not wait");
        assert!(took <= Duration::from_secs(1), "{took:?}");
    }
    // The largest waits for the exclusive part: for one of the slow ones, until it is ended.
    let largest = simulation.enter("osce", MAX_BYTES, true, &[(0, FAST)]);
    simulation.play_to_end_of(largest);
    assert_eq!(simulation.players[largest].outcome, Some(Ok(())));
    let waited = simulation.players[largest].waited;
    assert!(waited <= Duration::from_millis(2500), "{waited:?}");
}

/// As before, but they send nearly all of it first, and documents that fit the shared part as well.
#[test]
fn a_client_that_sends_nearly_all_and_then_trickles_is_ended() {
    let mut simulation = Simulation::new();
    for attacker in ["mallory", "trudy"] {
        for number in 0..MAX_TRANSFERS as usize {
            let size = if number % 2 == 0 { MAX_BYTES } else { ORGANIZATION_UNITS * UNIT };
            simulation.enter(attacker, size, true, &[(0, 4 * FAST), (size - (100 << 10), 1)]);
        }
    }
    for second in 1..=60 {
        simulation.play_until(Duration::from_secs(second));
        let good = simulation.enter("osce", 1 << 20, second % 2 == 0, &[(0, FAST)]);
        let took = simulation.play_to_end_of(good);
        assert!(took <= Duration::from_secs(3), "{took:?}");
    }
    simulation.play(Duration::from_secs(600));
}

/// A line that is slow for everybody delays its organization's documents and ends none of them.
#[test]
fn many_documents_over_one_slow_line_all_arrive() {
    let mut simulation = Simulation::new();
    for _ in 0..MAX_TRANSFERS {
        simulation.enter("osce", 1 << 20, true, &[(0, 40 << 10)]);
    }
    for other in ["cis", "sco"] {
        simulation.enter(other, MAX_BYTES, false, &[(0, FAST)]);
    }
    simulation.play(Duration::from_secs(1200));
    assert!(simulation.players.iter().all(|player| player.outcome == Some(Ok(()))));
}

/// As long as nobody else waits, also a large document may take its time.
#[test]
fn a_large_document_over_a_slow_line_arrives_when_nobody_waits() {
    let mut simulation = Simulation::new();
    let slow = simulation.enter("osce", MAX_BYTES, true, &[(0, 100 << 10)]);
    let took = simulation.play_to_end_of(slow);
    assert_eq!(simulation.players[slow].outcome, Some(Ok(())));
    assert!(took > Duration::from_secs(200), "{took:?}");
}

/// A transfer that comes late to the exclusive part waits for one of those who have many before it, not for
/// all.
#[test]
fn the_exclusive_part_goes_round() {
    let mut simulation = Simulation::new();
    for _ in 0..10 {
        simulation.enter("cis", MAX_BYTES, true, &[(0, FAST)]);
    }
    let late = simulation.enter("osce", MAX_BYTES, false, &[(0, FAST)]);
    simulation.play_to_end_of(late);
    let before = simulation.players.iter().filter(|player| player.outcome == Some(Ok(()))).count() - 1;
    assert_eq!(before, 1, "so many of the others came first");
    simulation.play(Duration::from_secs(600));
}

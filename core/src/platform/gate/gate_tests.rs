//! Whatever follows from a commit waits for its being written.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use larimar_pages::{Commit, Pages};
use tokio::sync::Notify;
use tokio::task::LocalSet;

use super::*;
use crate::platform::{Keystore, PagesKeystore};

/// A disk that writes when it is let.
#[derive(Default)]
struct SlowDisk {
    written: RefCell<BTreeMap<String, Option<Vec<u8>>>>,
    transactions: Cell<u32>,
    go: Notify,
    fails: Cell<Option<NotWritten>>,
}

#[async_trait::async_trait(?Send)]
impl Disk for SlowDisk {
    async fn write(&self, commit: Commit) -> Result<(), NotWritten> {
        self.go.notified().await;
        if let Some(why) = self.fails.get() {
            return Err(why);
        }
        self.written.borrow_mut().extend(commit.beside);
        self.transactions.set(self.transactions.get() + 1);
        Ok(())
    }
}

/// What came out.
type Out = Rc<RefCell<Vec<u32>>>;

fn world() -> (Pages, Rc<SlowDisk>, Gate, Outlet<u32>, Out) {
    let (pages, disk) = (Pages::new(), Rc::new(SlowDisk::default()));
    let gate = Gate::new(&pages, Rc::clone(&disk) as Rc<dyn Disk>);
    let out = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&out);
    let outlet = Outlet::new(&gate, move |thing| seen.borrow_mut().push(thing));
    (pages, disk, gate, outlet, out)
}

async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn nothing_leaves_before_what_it_follows_from_is_written() {
    let body = async {
        let (pages, disk, gate, outlet, out) = world();
        outlet.put(1);
        settle().await;
        assert_eq!(*out.borrow(), [1], "nothing was committed before it");
        pages.keep("a", Some(vec![1]));
        outlet.put(2);
        settle().await;
        assert_eq!(*out.borrow(), [1]);
        // While the disk is busy with the first, two more come: they are one transaction.
        pages.keep("b", Some(vec![2]));
        pages.keep("c", Some(vec![3]));
        outlet.put(3);
        disk.go.notify_one();
        settle().await;
        assert_eq!(*out.borrow(), [1, 2]);
        disk.go.notify_one();
        gate.passed().await.unwrap();
        settle().await;
        assert_eq!(*out.borrow(), [1, 2, 3]);
        assert_eq!((disk.transactions.get(), disk.written.borrow().len()), (2, 3));
    };
    LocalSet::new().run_until(body).await;
}

#[tokio::test]
async fn after_a_failure_nothing_leaves_any_more() {
    let body = async {
        let (pages, disk, gate, outlet, out) = world();
        pages.keep("a", Some(vec![1]));
        outlet.put(1);
        disk.fails.set(Some(NotWritten::Full));
        disk.go.notify_one();
        assert_eq!(gate.passed().await, Err(NotWritten::Full));
        assert_eq!(gate.failed().await, NotWritten::Full);
        disk.fails.set(None);
        disk.go.notify_one();
        pages.keep("b", Some(vec![2]));
        outlet.put(2);
        settle().await;
        assert_eq!(gate.passed().await, Err(NotWritten::Full));
        assert!(out.borrow().is_empty() && disk.written.borrow().is_empty());
    };
    LocalSet::new().run_until(body).await;
}

#[test]
fn secrets_are_kept_in_the_commits() {
    let pages = Pages::new();
    let store = PagesKeystore::new(&pages, [("old".to_owned(), vec![9])]);
    assert_eq!(store.load("old").unwrap(), Some(vec![9]));
    store.save("a", b"first").unwrap();
    store.save("a", b"second").unwrap();
    store.remove("old").unwrap();
    store.remove("never").unwrap();
    assert_eq!(store.load("a").unwrap().as_deref(), Some(&b"second"[..]));
    assert_eq!(store.load("old").unwrap(), None);
    let kept = pages.take().unwrap().beside;
    assert_eq!(kept, BTreeMap::from([("a".to_owned(), Some(b"second".to_vec())), ("old".to_owned(), None)]));
}

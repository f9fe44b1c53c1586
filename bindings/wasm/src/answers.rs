//! What is told to the page: answers, events and snapshots, in the order in which they happened, each when what it follows from
//! is written.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

use js_sys::{Float64Array, Reflect};
use larimar::client::{
    ChatsListener, ContactsListener, DevicesListener, Error, Event, EventListener, PageFile, TimelineListener,
};
use larimar::platform::gate::{Gate, Outlet};
use larimar::view::{ChatsSnapshot, ContactsSnapshot, DevicesSnapshot, TimelineSnapshot};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::fresh::Told;

thread_local! {
    /// A worker has one engine and one page. Listeners cross threads elsewhere, and objects of JavaScript cannot: so the way out
    /// is the worker's, not theirs.
    static OUT: RefCell<Option<Outlet<JsValue>>> = const { RefCell::new(None) };
}

/// From now on everything that is told goes to this function.
pub fn begin(gate: &Gate, page: js_sys::Function) {
    let outlet = Outlet::new(gate, move |told: JsValue| {
        // A page that is gone hears nothing.
        let _ = page.call1(&JsValue::NULL, &told);
    });
    OUT.set(Some(outlet));
}

/// Plain objects, as a page clones them from a worker.
pub fn object(value: &impl Serialize) -> JsValue {
    let serializer = Serializer::new().serialize_maps_as_objects(true).serialize_missing_as_null(true);
    value.serialize(&serializer).unwrap_or_else(|error| {
        log::error!("something could not be told to the page: {error}");
        JsValue::NULL
    })
}

fn tell(value: &impl Serialize) {
    put(&object(value));
}

fn put(value: &JsValue) {
    OUT.with_borrow(|out| out.as_ref().into_iter().for_each(|out| out.put(value.clone())));
}

#[derive(Serialize)]
struct Done<'a, T> {
    id: u32,
    ok: &'a T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described<'a> {
    name: &'a str,
    media_type: Option<&'a str>,
}

#[derive(Serialize)]
struct Failed<'a> {
    id: u32,
    error: &'a Error,
}

#[derive(Serialize)]
struct Happened<'a> {
    event: &'a Event,
}

#[derive(Serialize)]
struct Drawn<'a, T> {
    view: u32,
    snapshot: &'a T,
}

/// Answers a request.
pub fn answer<T: Serialize>(id: u32, result: Result<T, Error>) {
    match &result {
        Ok(ok) => tell(&Done { id, ok }),
        Err(error) => tell(&Failed { id, error }),
    }
}

/// Answers a request for a file: an object with its `blob`, `name` and `mediaType`.
pub fn answer_file(id: u32, result: Result<PageFile, Error>) {
    let file = match result {
        Ok(file) => file,
        Err(error) => return tell(&Failed { id, error: &error }),
    };
    let told = object(&Done { id, ok: &Described { name: &file.name, media_type: file.media_type.as_deref() } });
    // What was made a moment ago has these fields, and takes one more.
    let put_in = Reflect::get(&told, &"ok".into()).and_then(|ok| Reflect::set(&ok, &"blob".into(), &file.blob));
    if put_in.is_ok() {
        put(&told);
    }
}

/// The page, as the engine knows it.
pub struct Page;

impl EventListener for Page {
    fn on_event(&self, event: Event) {
        tell(&Happened { event: &event });
    }
}

/// One of its views.
pub struct View(pub u32);

impl ChatsListener for View {
    fn on_chats(&self, snapshot: ChatsSnapshot) {
        tell(&Drawn { view: self.0, snapshot: &snapshot });
    }
}

impl ContactsListener for View {
    fn on_contacts(&self, snapshot: ContactsSnapshot) {
        tell(&Drawn { view: self.0, snapshot: &snapshot });
    }
}

impl DevicesListener for View {
    fn on_devices(&self, snapshot: DevicesSnapshot) {
        tell(&Drawn { view: self.0, snapshot: &snapshot });
    }
}

/// One of its conversations: a snapshot has the rows that are fresh, and beside it are the `ids` of all.
pub struct Conversation {
    view: u32,
    told: Mutex<Told>,
}

impl Conversation {
    /// A conversation of which nothing was told yet.
    pub fn new(view: u32) -> Conversation {
        Conversation { view, told: Mutex::default() }
    }
}

impl TimelineListener for Conversation {
    fn on_timeline(&self, mut snapshot: TimelineSnapshot) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let ids: Vec<f64> = told.keep_fresh(&mut snapshot.rows).into_iter().map(|id| id as f64).collect();
        let drawn = object(&Drawn { view: self.view, snapshot: &snapshot });
        // What was made a moment ago takes one more field.
        if Reflect::set(&drawn, &"ids".into(), &Float64Array::from(&ids[..])).is_ok() {
            put(&drawn);
        }
    }
}

//! The engine in its worker.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::{Array, Function, Uint8Array};
use larimar::client::{Client, Error, OpenOptions, Subscription};
use larimar::platform::PagesKeystore;
use larimar::platform::gate::Gate;
use larimar::sorted::Map;
use larimar_pages::Pages;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use crate::answers::{self, Conversation, Page, View, answer, object};
use crate::disk::{WorkerDisk, Written};
use crate::files::{Kept, WorkerFiles};
use crate::request::Request;

/// An open store and its engine.
#[wasm_bindgen]
pub struct Larimar {
    open: Rc<Open>,
}

struct Open {
    client: Client,
    views: RefCell<Map<u32, Rc<Subscription>>>,
}

#[wasm_bindgen]
impl Larimar {
    /// Opens the store in what the worker has read: the file's pages in their order, and pairs of name and bytes that were kept
    /// beside them. Of files the oldest go beyond `limit` bytes (0: none). `page` gets everything that is told; `ended` is called
    /// with an error when a commit could not be written: nothing is told after that, and the worker has to begin anew.
    ///
    /// # Errors
    /// An error as an object with its `kind`.
    pub fn open(
        pages: Array,
        beside: Array,
        disk: WorkerDisk,
        files: WorkerFiles,
        limit: f64,
        page: Function,
        ended: Function,
    ) -> Result<Larimar, JsValue> {
        let told = |error: Error| object(&error);
        let kept: BTreeMap<u32, Box<[u8]>> =
            (0..).zip(pages.iter().map(|page| Uint8Array::from(page).to_vec().into_boxed_slice())).collect();
        let damaged = |error: larimar_pages::PagesError| told(Error::StoreDamaged { detail: error.to_string() });
        let pages = Pages::of(kept).map_err(damaged)?;
        let secrets = beside.iter().filter_map(|pair| {
            let pair = Array::from(&pair);
            Some((pair.get(0).as_string()?, Uint8Array::from(pair.get(1)).to_vec()))
        });
        let keystore = Arc::new(PagesKeystore::new(&pages, secrets));
        let gate = Gate::new(&pages, Rc::new(Written(disk)));
        answers::begin(&gate, page);
        let most = Some(limit).filter(|limit| *limit > 0.0).map(|limit| limit as u64);
        let options = OpenOptions { keep_files_up_to: most, ..OpenOptions::new("") };
        let client = Client::open(&pages, &gate, Rc::new(Kept(files)), options, keystore, Arc::new(Page));
        let client = client.map_err(told)?;
        spawn_local(async move {
            let error = Error::from(gate.failed().await);
            // A worker that is ending hears nothing.
            let _ = ended.call1(&JsValue::NULL, &object(&error));
        });
        Ok(Larimar { open: Rc::new(Open { client, views: RefCell::default() }) })
    }

    /// Asks for something. It is answered by a message with the request's `id`. `blob` is the file that goes with it, or null.
    pub fn request(&self, id: u32, request: JsValue, blob: Option<Blob>) {
        let open = Rc::clone(&self.open);
        match serde_wasm_bindgen::from_value::<Request>(request) {
            Ok(request) => spawn_local(async move { open.handle(id, request, blob).await }),
            Err(_) => answer::<()>(id, Err(Error::BadValue { field: "request".into() })),
        }
    }
}

impl Open {
    async fn handle(&self, id: u32, request: Request, blob: Option<Blob>) {
        let client = &self.client;
        match request {
            Request::SendFile { account, to, name, caption, as_it_is, picture } => {
                let file = blob.map(|blob| (blob, name)).ok_or(Error::BadValue { field: "blob".into() });
                let sent = match file {
                    Ok(file) => client.send_file(account, to, file, caption, (as_it_is, picture)).await,
                    Err(error) => Err(error),
                };
                answer(id, sent);
            }
            Request::File { message, file } => answers::answer_file(id, client.file(message, file).await),
            Request::Close => {
                client.close().await;
                answer(id, Ok(()));
            }
            Request::SetActive { active } => answer(id, client.set_active(active).await),
            Request::NetworkChanged => answer(id, client.network_changed().await),
            Request::SetPush { target } => answer(id, client.set_push(target).await),
            Request::Stats => answer(id, client.stats().await),
            Request::ReadUri { text } => answer(id, Client::read_uri(&text)),
            Request::Accounts => answer(id, client.accounts().await),
            Request::AddAccount { setup } => answer(id, client.add_account(setup).await),
            Request::SetPassword { account, password } => answer(id, client.set_password(account, password).await),
            Request::ChangePassword { account, password } => {
                answer(id, client.change_password(account, password).await);
            }
            Request::RemoveAccount { account, on_server } => {
                answer(id, client.remove_account(account, on_server).await)
            }
            Request::EnableAccount { account, on } => answer(id, client.enable_account(account, on).await),
            Request::SetConnection { account, setup } => answer(id, client.set_connection(account, setup).await),
            Request::Sync { account } => answer(id, client.sync(account).await),
            Request::ArchivePreferences { account } => answer(id, client.archive_preferences(account).await),
            Request::SetArchivePreferences { account, preferences } => {
                answer(id, client.set_archive_preferences(account, preferences).await);
            }
            Request::RegistrationForm { setup, token } => answer(id, client.registration_form(setup, token).await),
            Request::AnswerForm { form, answers } => answer(id, client.answer_form(form, answers).await),
            request => self.handle_people(id, request).await,
        }
    }

    async fn handle_people(&self, id: u32, request: Request) {
        let client = &self.client;
        match request {
            Request::AddContact { account, jid, name, groups } => {
                answer(id, client.add_contact(account, jid, name, groups).await);
            }
            Request::RemoveContact { account, jid } => answer(id, client.remove_contact(account, jid).await),
            Request::AnswerRequest { account, jid, allow } => {
                answer(id, client.answer_request(account, jid, allow).await)
            }
            Request::Block { account, jid, on } => answer(id, client.block(account, jid, on).await),
            Request::SetNick { account, name } => answer(id, client.set_nick(account, name).await),
            Request::SetAvatar { account, media_type, bytes } => {
                answer(id, client.set_avatar(account, media_type, bytes).await);
            }
            Request::Avatar { hash } => answer(id, client.avatar(hash).await),
            Request::Profile { account, jid } => answer(id, client.profile(account, jid).await),
            Request::SetProfile { account, profile } => answer(id, client.set_profile(account, profile).await),
            Request::Devices { account, jid } => answer(id, client.devices(account, jid).await),
            Request::SetTrust { account, jid, fingerprint, trusted } => {
                answer(id, client.set_trust(account, jid, fingerprint, trusted).await);
            }
            Request::AccountUri { account } => answer(id, client.account_uri(account).await),
            Request::VerifyUri { account, uri } => answer(id, client.verify_uri(account, uri).await),
            request => self.handle_messages(id, request).await,
        }
    }

    async fn handle_messages(&self, id: u32, request: Request) {
        let client = &self.client;
        match request {
            Request::Send { account, to, text, reply_to } => answer(id, client.send(account, to, text, reply_to).await),
            Request::FetchFiles { message } => answer(id, client.fetch_files(message).await),
            Request::CancelFiles { message } => answer(id, client.cancel_files(message).await),
            Request::Correct { message, text } => answer(id, client.correct(message, text).await),
            Request::Retract { message } => answer(id, client.retract(message).await),
            Request::React { message, emojis } => answer(id, client.react(message, emojis).await),
            Request::Retry { message } => answer(id, client.retry(message).await),
            Request::Typing { account, chat, on } => answer(id, client.typing(account, chat, on).await),
            Request::MarkRead { account, chat } => answer(id, client.mark_read(account, chat).await),
            Request::SetDraft { account, chat, text } => answer(id, client.set_draft(account, chat, text).await),
            Request::SetChat { account, chat, settings } => answer(id, client.set_chat(account, chat, settings).await),
            Request::RemoveChat { account, chat } => answer(id, client.remove_chat(account, chat).await),
            Request::Search { query, limit } => answer(id, client.search(query, limit).await),
            request => self.handle_views(id, request).await,
        }
    }

    async fn handle_views(&self, id: u32, request: Request) {
        let client = &self.client;
        let listener = |view| Arc::new(View(view));
        let (view, subscribed) = match request {
            Request::SubscribeChats { view, account } => (view, client.subscribe_chats(account, listener(view)).await),
            Request::SubscribeTimeline { view, account, chat, window } => {
                let conversation = Arc::new(Conversation::new(view));
                (view, client.subscribe_timeline(account, chat, window, conversation).await)
            }
            Request::SubscribeContacts { view, account } => {
                (view, client.subscribe_contacts(account, listener(view)).await)
            }
            Request::SubscribeDevices { view, account, jid } => {
                (view, client.subscribe_devices(account, jid, listener(view)).await)
            }
            Request::LoadOlder { view, rows } => {
                let subscription = self.views.borrow().get(&view).cloned();
                let loaded = match subscription {
                    Some(subscription) => subscription.load_older(rows).await,
                    None => Err(Error::NoSuchChat),
                };
                return answer(id, loaded);
            }
            Request::Unsubscribe { view } => {
                self.views.borrow_mut().remove(&view);
                return answer(id, Ok(()));
            }
            // All others were handled before.
            _ => return answer::<()>(id, Err(Error::BadValue { field: "cmd".into() })),
        };
        let answered = subscribed.map(|subscription| drop(self.views.borrow_mut().insert(view, Rc::new(subscription))));
        answer(id, answered);
    }
}

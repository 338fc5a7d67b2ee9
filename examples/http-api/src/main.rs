//! An HTTP API with axum: a router is a tower service, and so is what Lambda invokes.
//!
//! ```sh
//! curl -X POST http://127.0.0.1:9000/lambda-url/http-api/notes -H 'content-type: application/json' -d '{"text":"milk"}'
//! curl 'http://127.0.0.1:9000/lambda-url/http-api/notes?contains=mi'
//! ```

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{delete, get},
};
use lambda_http::{Error, run, tracing};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize)]
struct Note {
    id: usize,
    text: String,
}

#[derive(Deserialize)]
struct NewNote {
    text: String,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    contains: String,
}

/// In memory, for an example: what one environment knows, others do not. A real API has a database here.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<Note>>>);

async fn list(State(notes): State<Notes>, Query(search): Query<Search>) -> Json<Vec<Note>> {
    let all = notes.0.lock().expect("nobody panics with it");
    Json(
        all.iter()
            .filter(|note| note.text.contains(&search.contains))
            .cloned()
            .collect(),
    )
}

async fn create(State(notes): State<Notes>, Json(new): Json<NewNote>) -> (StatusCode, Json<Note>) {
    let mut all = notes.0.lock().expect("nobody panics with it");
    let id = all.last().map_or(1, |note| note.id + 1);
    let note = Note { id, text: new.text };
    all.push(note.clone());
    tracing::info!(id, "created");
    (StatusCode::CREATED, Json(note))
}

async fn remove(State(notes): State<Notes>, Path(id): Path<usize>) -> StatusCode {
    let mut all = notes.0.lock().expect("nobody panics with it");
    let before = all.len();
    all.retain(|note| note.id != id);
    if all.len() < before {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();

    let app = Router::new()
        .route("/notes", get(list).post(create))
        .route("/notes/{id}", delete(remove))
        .with_state(Notes::default());
    run(app).await
}

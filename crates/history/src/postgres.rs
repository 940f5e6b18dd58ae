//! A store in a database of PostgreSQL: its tables stand in a schema of their own, `kaigong`.
//!
//! The lock of the schema lets one writer in at a time; a commit is on the server's disk before it is acknowledged. The
//! connection is not encrypted: it is meant for loopback, or a network that is trusted.

use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};

use crate::database::{APPENDED, Database, Row, VERSION, Value, tables};
use crate::error::Error;

/// What writers of a store lock: `kaig` in ASCII.
const LOCK: i64 = 0x6b61_6967;

/// An open connection.
pub(crate) struct Postgres {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Postgres")
    }
}

impl Postgres {
    /// Connects; makes the tables where `make` allows and there are none; waits so long for another writer.
    pub(crate) fn connect(url: &str, make: bool, patience: Duration) -> Result<Self, Error> {
        let mut config: Config = url.parse().map_err(|error| Error::Unreachable(told(&error)))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(patience.max(Duration::from_secs(1)));
        }
        config.application_name("kaigong");
        let mut client = config.connect(NoTls).map_err(|error| Error::Unreachable(told(&error)))?;
        let patience = patience.as_millis().max(1);
        client.batch_execute(&format!("SET lock_timeout = {patience}; SET synchronous_commit = on"))?;
        let mut open = Self { client, prepared: HashMap::new() };
        open.begin_writing()?;
        let made = open.made(make);
        if made.is_err() {
            open.rollback();
            return made.map(|()| open);
        }
        open.commit()?;
        open.client.batch_execute("SET search_path = kaigong")?;
        Ok(open)
    }

    fn made(&mut self, make: bool) -> Result<(), Error> {
        let there = |client: &mut Client, name: &str| -> Result<bool, Error> {
            Ok(client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&name])?.get(0))
        };
        let schema = self.client.query_one("SELECT to_regnamespace('kaigong') IS NOT NULL", &[])?.get(0);
        if schema {
            if !there(&mut self.client, "kaigong.store")? {
                return Err(Error::NotAStore);
            }
            let version: Option<i64> = self.client.query_one("SELECT max(version) FROM kaigong.store", &[])?.get(0);
            return if version == Some(VERSION) { Ok(()) } else { Err(Error::NotAStore) };
        }
        if make { self.make() } else { Err(Error::Absent) }
    }

    fn make(&mut self) -> Result<(), Error> {
        let serial = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
        self.client.batch_execute("CREATE SCHEMA kaigong; SET LOCAL search_path = kaigong")?;
        self.client.batch_execute(&tables("BIGINT", serial, "", ""))?;
        self.client.batch_execute(
            "CREATE FUNCTION only_grow() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'the store only grows'; END $$;
             CREATE TABLE store (version BIGINT NOT NULL)",
        )?;
        for table in APPENDED.into_iter().chain(["store"]) {
            if table == "store" {
                self.client.execute("INSERT INTO store VALUES ($1)", &[&VERSION])?;
            }
            self.client.batch_execute(&format!(
                "CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                 FOR EACH STATEMENT EXECUTE FUNCTION only_grow()"
            ))?;
        }
        Ok(())
    }

    fn prepared(&mut self, statement: &'static str) -> Result<Statement, Error> {
        if let Some(known) = self.prepared.get(statement) {
            return Ok(known.clone());
        }
        let prepared = self.client.prepare(statement)?;
        self.prepared.insert(statement, prepared.clone());
        Ok(prepared)
    }
}

impl Database for Postgres {
    fn begin_writing(&mut self) -> Result<(), Error> {
        self.client.batch_execute("BEGIN")?;
        let locked = self.client.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]);
        if locked.is_err() {
            self.rollback();
        }
        locked?;
        Ok(())
    }

    fn begin_reading(&mut self) -> Result<(), Error> {
        Ok(self.client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?)
    }

    fn commit(&mut self) -> Result<(), Error> {
        Ok(self.client.batch_execute("COMMIT")?)
    }

    fn rollback(&mut self) {
        // Where even this fails the connection is closed with the store, which rolls back.
        let _ = self.client.batch_execute("ROLLBACK");
    }

    fn run(&mut self, statement: &'static str, parameters: &[Value]) -> Result<(), Error> {
        let prepared = self.prepared(statement)?;
        self.client.execute(&prepared, &bound(parameters))?;
        Ok(())
    }

    fn rows(&mut self, query: &'static str, parameters: &[Value]) -> Result<Vec<Row>, Error> {
        let prepared = self.prepared(query)?;
        let rows = self.client.query(&prepared, &bound(parameters))?;
        let cell = |row: &postgres::Row, at: usize| -> Result<Value, Error> {
            match *row.columns()[at].type_() {
                Type::INT8 => Ok(row.try_get::<_, Option<i64>>(at)?.into()),
                Type::TEXT => Ok(row.try_get::<_, Option<&str>>(at)?.into()),
                _ => Err(Error::NotAStore),
            }
        };
        rows.iter().map(|row| (0..row.len()).map(|at| cell(row, at)).collect()).collect()
    }

    fn undamaged(&mut self) -> Result<bool, Error> {
        // The server looks after its files; what is asked is whether every row can be read.
        for table in APPENDED {
            self.client.query(&format!("SELECT * FROM {table} WHERE false"), &[])?;
        }
        Ok(true)
    }
}

fn bound(parameters: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    parameters.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TEXT)
    }

    to_sql_checked!();
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        use postgres::error::SqlState;
        match error.code() {
            Some(&SqlState::LOCK_NOT_AVAILABLE) => Self::Busy,
            _ => Self::Database(told(&error)),
        }
    }
}

/// What went wrong, with what the server says of it.
fn told(error: &postgres::Error) -> String {
    let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    format!("{error}{source}")
}

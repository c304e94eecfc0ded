-- +goose Up
-- SQLite compares texts by bytes everywhere; PostgreSQL's step of this number is about that.
SELECT 1;

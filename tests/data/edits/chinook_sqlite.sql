-- Some of the rows are enough.
DELETE FROM PlaylistTrack WHERE TrackId > 60;
DELETE FROM InvoiceLine WHERE TrackId > 60;
DELETE FROM Track WHERE TrackId > 60;

using Microsoft.Data.Sqlite;

namespace Backup.Sidecar.Jobs;

/// <summary>The tables of the journal in its SQLite file.</summary>
internal static class SqliteJobSchema
{
    private const int Version = 3;

    /// <summary>Makes the tables, or brings those of an earlier version up to date.</summary>
    /// <exception cref="InvalidDataException">A newer version wrote them.</exception>
    public static void Prepare(SqliteConnection connection, string file)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        long version = (long)(command.ExecuteScalar() ?? 0L);
        if (version > Version)
        {
            throw new InvalidDataException($"{file} was written by a newer version of this program.");
        }

        command.CommandText =
            $"""
            BEGIN IMMEDIATE;
            CREATE TABLE IF NOT EXISTS jobs (
              number INTEGER PRIMARY KEY AUTOINCREMENT,
              id TEXT NOT NULL UNIQUE,
              state TEXT NOT NULL,
              policy TEXT,
              repository TEXT NOT NULL,
              ended INTEGER,
              document BLOB NOT NULL,
              unannounced INTEGER NOT NULL DEFAULT 0);
            {(version == 1 ? "ALTER TABLE jobs ADD COLUMN unannounced INTEGER NOT NULL DEFAULT 0;" : "")}
            CREATE TABLE IF NOT EXISTS slots (policy TEXT PRIMARY KEY, slot INTEGER NOT NULL);
            CREATE INDEX IF NOT EXISTS open_jobs ON jobs (number) WHERE state IN ('Queued', 'Running');
            CREATE INDEX IF NOT EXISTS ended_jobs ON jobs (ended);
            CREATE INDEX IF NOT EXISTS unannounced_jobs ON jobs (number) WHERE unannounced = 1;
            PRAGMA user_version = {Version};
            COMMIT;
            """;
        command.ExecuteNonQuery();
    }
}

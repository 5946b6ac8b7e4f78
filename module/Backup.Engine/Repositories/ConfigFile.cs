using System.Security.Cryptography;
using Backup.Engine.Chunking;
using Backup.Engine.Json;

namespace Backup.Engine.Repositories;

/// <summary>The document in the file «config»: bytes ⇄ <see cref="RepositoryConfig"/>.</summary>
/// <remarks>Format: restic design document, «Repository Format».</remarks>
internal static class ConfigFile
{
    private const int OldestVersion = 1;
    private const int NewestVersion = 2;

    /// <summary>A config for a repository, with an id of its own.</summary>
    /// <param name="version">The format's version.</param>
    /// <param name="polynomial">Where files are cut; null: a new one is drawn.</param>
    public static RepositoryConfig Draw(int version, ulong? polynomial) => new(
        version, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Digest.Length)), polynomial ?? ChunkerPolynomial.Draw().Value);

    /// <summary>The document as restic writes it.</summary>
    /// <exception cref="ArgumentException">A part of it can't be in a repository.</exception>
    public static byte[] Encode(RepositoryConfig config)
    {
        if (Fault(config) is { } fault)
        {
            throw new ArgumentException($"A repository can't have this config: {fault}.", nameof(config));
        }

        var json = new GoJsonWriter();
        json.WriteRaw("{\"version\":"u8);
        json.WriteNumber(config.Version);
        json.WriteRaw(",\"id\":"u8);
        json.WriteString(config.Id);
        json.WriteRaw(",\"chunker_polynomial\":"u8);
        json.WriteString(new ChunkerPolynomial(config.ChunkerPolynomial).ToString());
        json.WriteRaw("}"u8);
        return json.Written.ToArray();
    }

    /// <summary>Reads the document.</summary>
    /// <exception cref="RepositoryUnsupportedException">Its format version is unknown.</exception>
    /// <exception cref="RepositoryDamagedException">It is no config document, or holds what none can.</exception>
    public static RepositoryConfig Decode(ReadOnlySpan<byte> json)
    {
        var cursor = new JsonCursor(json, "config", default);
        long version = 0;
        string id = "";
        var polynomial = default(ChunkerPolynomial);
        cursor.BeginObject();
        while (cursor.NextField())
        {
            if (cursor.FieldName.SequenceEqual("version"u8))
            {
                version = cursor.ReadInt64();
            }
            else if (cursor.FieldName.SequenceEqual("id"u8))
            {
                id = cursor.ReadString();
            }
            else if (cursor.FieldName.SequenceEqual("chunker_polynomial"u8))
            {
                if (!ChunkerPolynomial.TryParse(cursor.ReadString(), out polynomial))
                {
                    throw cursor.Damaged("the chunker polynomial is no hexadecimal number");
                }
            }
            else
            {
                cursor.SkipValue();
            }
        }

        cursor.ReadEnd();
        if (version is < OldestVersion or > NewestVersion)
        {
            throw new RepositoryUnsupportedException(
                $"The repository has format version {version}; this program knows {OldestVersion} and {NewestVersion}. Use a newer program.");
        }

        var config = new RepositoryConfig((int)version, id, polynomial.Value);
        return Fault(config) is { } fault ? throw cursor.Damaged(fault) : config;
    }

    private static string? Fault(RepositoryConfig config)
    {
        if (config.Version is < OldestVersion or > NewestVersion)
        {
            return $"there is no format version {config.Version}";
        }

        if (!Digest.TryParse(config.Id, out _))
        {
            return "the repository's id does not have 64 hexadecimal digits";
        }

        var polynomial = new ChunkerPolynomial(config.ChunkerPolynomial);
        return polynomial.Degree == ChunkerPolynomial.DrawnDegree && polynomial.IsIrreducible
            ? null
            : $"the chunker polynomial {polynomial} is not an irreducible one of degree {ChunkerPolynomial.DrawnDegree}";
    }
}

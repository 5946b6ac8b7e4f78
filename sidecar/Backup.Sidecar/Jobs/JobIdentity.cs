using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Jobs;

/// <summary>Which requests are the same job.</summary>
internal static class JobIdentity
{
    /// <summary>No key of a request is longer.</summary>
    public const int MaxKeyLength = 256;

    /// <summary>The id of a request's job: the same for the same key, wherever and whenever it comes; a new one without a key.</summary>
    public static string IdOf(string? key) => key is null
        ? Guid.CreateVersion7().ToString("N")
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32];

    /// <summary>Whether what was asked for is what a job of the same id is for.</summary>
    /// <remarks>A policy may have changed since; what it was then is what was asked for.</remarks>
    public static bool IsSame(BackupJob stored, BackupJob job) =>
        stored.Policy == job.Policy && stored.Operation == job.Operation
        && (stored.Policy is not null || Text(stored.Request.WithoutContent()) == Text(job.Request.WithoutContent()));

    private static string Text(JobRequest request) => JsonSerializer.Serialize(request, ServiceJson.Default.JobRequest);
}

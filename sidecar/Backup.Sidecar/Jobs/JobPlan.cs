using System.Text.Json;
using Backup.Sidecar.Configuration;
using Backup.Engine;

namespace Backup.Sidecar.Jobs;

/// <summary>A request that has been understood: complete, with its policy written out.</summary>
/// <param name="Operation">What to do.</param>
/// <param name="Repository">The name of a configured repository.</param>
/// <param name="Policy">The policy that it is a run of.</param>
/// <param name="Request">The request, with the part that belongs to the operation.</param>
internal sealed record JobPlan(JobOperation Operation, string Repository, string? Policy, JobRequest Request)
{
    /// <summary>Checks a request against itself and the settings.</summary>
    /// <exception cref="RequestException">It makes no sense, or names what is not configured.</exception>
    public static JobPlan Of(JobRequest request, ServiceOptions options)
    {
        if (request.Policy is { } name)
        {
            Require(
                request is { Operation: null, Repository: null, Backup: null, Restore: null, Check: null, Forget: null },
                "With «policy» nothing else may be given but «operationId»: the policy says it all.");
            Policy policy = options.Policies.GetValueOrDefault(name)
                ?? throw new RequestException(RequestException.Unknown, $"There is no policy «{name}».");
            return Of(policy.ToRequest() with { OperationId = request.OperationId }, options) with { Policy = name };
        }

        JobOperation operation = OperationOf(request);
        request = request with { Operation = operation };
        switch (operation)
        {
            case JobOperation.Backup:
                Check(request.Backup ?? throw Invalid("«backup» is missing: it says what to back up."), options);
                break;
            case JobOperation.Restore:
                Check(request.Restore ?? throw Invalid("«restore» is missing: it says what to restore, and where to."), options);
                break;
            case JobOperation.Forget:
                Check(request.Forget ?? throw Invalid("«forget» is missing: it says what to keep."));
                break;
            default:
                request = request with { Check = request.Check ?? new CheckRequest() };
                Check(request.Check);
                break;
        }

        string repository = RepositoryOf(request, options);
        return new JobPlan(operation, repository, null, request with { Repository = repository });
    }

    private static JobOperation OperationOf(JobRequest request)
    {
        JobOperation[] parts =
        [
            .. request.Backup is null ? (JobOperation[])[] : [JobOperation.Backup],
            .. request.Restore is null ? (JobOperation[])[] : [JobOperation.Restore],
            .. request.Check is null ? (JobOperation[])[] : [JobOperation.Check],
            .. request.Forget is null ? (JobOperation[])[] : [JobOperation.Forget],
        ];
        Require(parts.Length < 2, "Only one of «backup», «restore», «check» and «forget» may be given: each is a job of its own.");
        JobOperation operation = request.Operation
            ?? (parts.Length == 1 ? parts[0] : throw Invalid("Say what to do: «operation», or one of «backup», «restore», «check», «forget», or «policy»."));
        Require(parts.Length == 0 || parts[0] == operation, $"«operation» says another thing than «{parts.FirstOrDefault()}».");
        return operation;
    }

    private static string RepositoryOf(JobRequest request, ServiceOptions options)
    {
        if (request.Repository is not { } name)
        {
            return options.Repositories.Count == 1
                ? options.Repositories.First().Key
                : throw Invalid(options.Repositories.Count == 0 ? "No repository is configured." : "Which «repository»? There are several.");
        }

        return options.Repositories.ContainsKey(name)
            ? name
            : throw new RequestException(RequestException.Unknown, $"There is no repository «{name}».");
    }

    private static void Check(BackupRequest backup, ServiceOptions options)
    {
        Require(backup.Sources.Count > 0, "«sources» is empty: there is nothing to back up.");
        Require(backup.Sources.All(source => source is not null), "«sources» has no nulls.");
        RequireTexts("tags", backup.Tags);
        Require(
            !backup.Tags.Any(tag => tag.Length == 0 || tag.Contains(',') || tag == Snapshot.IncompleteTag),
            $"A tag is a word without commas, and not «{Snapshot.IncompleteTag}».");
        Require(
            backup.Method == BackupMethod.Online || backup.Application is not null,
            "An offline or hybrid backup needs «application»: whom to quiesce.");
        RequireApplication(backup.Application, options);
        var paths = new RequestPaths(options);
        foreach (SourceRequest source in backup.Sources)
        {
            Check(source, options, paths);
        }

        if (backup.Retention is { } retention)
        {
            Check(retention);
        }

        if (backup.Verify is { } verify)
        {
            Check(verify);
        }
    }

    private static void Check(SourceRequest source, ServiceOptions options, RequestPaths allowed)
    {
        int kinds = new object?[] { source.Files, source.Payload, source.State, source.Configuration, source.Export }.Count(kind => kind is not null);
        Require(kinds == 1, "Each of «sources» has exactly one of «files», «payload», «state», «configuration» and «export».");
        Require(
            source.State is not { } state || (IsName(state.Store) && (state.Keys.Count > 0 || state.Application is not null || state.Query is not null)),
            "«state» needs «store», and «keys», an «application» whose manifest names them, or a «query».");
        Require(source.State?.Query is not { } query || IsObject(query), "«query» is a JSON object, such as {\"filter\":{}}.");
        Require(source.Configuration is not { } items || IsName(items.Store), "«configuration» needs «store».");
        RequireApplication(source.State?.Application, options);
        RequireApplication(source.Configuration?.Application, options);
        RequireApplication(source.Files?.Application, options);
        RequireApplication(source.Export?.Application, options);
        RequireTexts("keys", source.State?.Keys ?? []);
        RequireTexts("keys", source.Configuration?.Keys ?? []);
        if (source.Files is { } files)
        {
            RequireTexts("paths", files.Paths);
            RequireTexts("exclude", files.Exclude);
            RequireTexts("excludeIfPresent", files.ExcludeIfPresent);
            Require(files.Paths.Count > 0 || files.Application is not null, "«files» needs «paths», or an «application» whose manifest names them.");
            foreach (string path in files.Paths)
            {
                allowed.ToBackUp(path);
            }
        }

        if (source.Payload is { } payload)
        {
            Check(payload);
        }
    }

    private static void Check(PayloadRequest payload)
    {
        Require(
            payload.Name.Length is > 0 and <= 1024 && !payload.Name.Contains('\0')
                && payload.Name.Split('/').All(part => part is not ("" or "." or "..")),
            "«name» of a payload is a file name or a relative path.");
        Require((payload.Text is null) != (payload.Base64 is null), "A payload has either «text» or «base64».");
        Require((payload.Text?.Length ?? payload.Base64?.Length) > 0, "The payload is empty: there is nothing to back up.");
    }

    private static void Check(RestoreRequest restore, ServiceOptions options)
    {
        int places = new[] { restore.Target.Length > 0, restore.State is not null, restore.Import is not null, restore.Configuration?.Binding is not null }
            .Count(isThere => isThere);
        Require(places == 1, "Exactly one of «target», «state», «import» and the «binding» of «configuration» says where to restore to.");
        Require(restore.Snapshot.Length > 0, "«snapshot» is empty.");
        Require(!restore.Snapshot.Contains(':'), "The folder of a snapshot stands in «folder», not behind a colon.");
        Require(restore.Include.Count == 0 || restore.Exclude.Count == 0, "«include» and «exclude» can't both be given.");
        RequireTexts("tags", restore.Tags);
        RequireTexts("paths", restore.Paths);
        RequireTexts("include", restore.Include);
        RequireTexts("exclude", restore.Exclude);
        RequireTexts("keys", restore.State?.Keys ?? []);
        RequireTexts("keys", restore.Configuration?.Keys ?? []);
        Require(!restore.DryRun || !restore.Verify, "A dry run writes nothing that could be verified.");
        RequireApplication(restore.Import?.Application, options);
        if (restore.Configuration is { } configuration)
        {
            Require(restore.State is null && restore.Import is null, "A restore has one of «state», «configuration» and «import».");
            Check(configuration);
            if (configuration.Binding is not null)
            {
                return;
            }
        }

        if (restore.State is { } state)
        {
            Require(IsName(state.Store) && (state.TargetStore is null || IsName(state.TargetStore)), "«state» needs «store».");
            Require(state.NewPrefix is null || state.Prefix is not null, "«newPrefix» needs «prefix»: what it takes the place of.");
            return;
        }

        if (restore.Import is not null)
        {
            Require(!restore.DryRun, "What an import would do only the application knows: there is no dry run.");
            return;
        }

        new RequestPaths(options).ToRestore(restore.Target, restore.Delete);
    }

    private static void Check(ConfigurationRestoreRequest configuration)
    {
        Require(IsName(configuration.Store), "«configuration» needs «store».");
        Require(configuration.Binding is not { } binding || IsName(binding), "«binding» is the name of a component.");
        Require(
            configuration.Table is not { } table || table.Split('.').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')),
            "«table» is the name of a table: letters, digits and underscores, with its schema and a dot before it if need be.");
    }

    private static void Check(ForgetRequest forget)
    {
        RequireTexts("keepTags", forget.KeepTags);
        RequireTexts("hosts", forget.Hosts);
        RequireTexts("tags", forget.Tags);
        RequireTexts("paths", forget.Paths);
        forget.ToOptions();
    }

    private static void Check(CheckRequest check)
    {
        Require(!check.ReadData || check.ReadDataSubset is null, "«readData» and «readDataSubset» can't both be given.");
        if (check.ReadDataSubset is { } subset)
        {
            try
            {
                PackSelection.Parse(subset);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                throw Invalid($"«readDataSubset»: {exception.Message}");
            }
        }
    }

    // Of elements the serializer takes nulls, whatever the list's type says.
    private static void RequireTexts(string name, IReadOnlyList<string?> list) => Require(list.All(text => text is not null), $"«{name}» has no nulls.");

    private static void RequireApplication(string? name, ServiceOptions options) => Require(
        name is null || options.Applications.ContainsKey(name), $"There is no application «{name}» in the configuration.");

    private static bool IsObject(string json)
    {
        try
        {
            return JsonElement.Parse(json).ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Names of components stand in paths of snapshots.</summary>
    private static bool IsName(string name) => name.Length is > 0 and <= 200 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && name[0] != '.';

    private static void Require(bool isSo, string message)
    {
        if (!isSo)
        {
            throw Invalid(message);
        }
    }

    private static RequestException Invalid(string message) => new(RequestException.Invalid, message);
}

using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backup.PowerShell.Sessions;

/// <summary>The registered repositories of a user: one small JSON file among the user's settings.</summary>
/// <param name="path">The file.</param>
internal sealed class RegistrationStore(string path)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>This user's.</summary>
    public static RegistrationStore OfUser => new(Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "Backup",
        "repositories.json"));

    /// <summary>Whether text can be a name: what could be a location is none.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') && text is not ("." or "..");

    /// <summary>All, by name.</summary>
    /// <exception cref="CommandException">The file can't be understood.</exception>
    public IReadOnlyList<Registration> Load()
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize<List<Registration>>(file, Json) ?? [];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return []; // nothing was registered yet
        }
        catch (JsonException exception)
        {
            throw new CommandException(
                "RegistrationsUnreadable",
                ErrorCategory.InvalidData,
                $"The file with the registered repositories, {path}, makes no sense: {exception.Message} Mend or remove it.",
                exception);
        }
    }

    /// <summary>One of them; null if there is none of the name.</summary>
    public Registration? Find(string name) => Load().FirstOrDefault(each => IsNamed(each, name));

    /// <summary>Adds one, in place of one of the same name.</summary>
    public void Save(Registration registration) =>
        Write([.. Load().Where(each => !IsNamed(each, registration.Name)), registration]);

    /// <summary>Removes one.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string name)
    {
        IReadOnlyList<Registration> all = Load();
        List<Registration> rest = [.. all.Where(each => !IsNamed(each, name))];
        if (rest.Count == all.Count)
        {
            return false;
        }

        Write(rest);
        return true;
    }

    private static bool IsNamed(Registration registration, string name) =>
        string.Equals(registration.Name, name, StringComparison.OrdinalIgnoreCase);

    private void Write(List<Registration> all)
    {
        all.Sort((left, right) => string.Compare(left.Name, right.Name, StringComparison.OrdinalIgnoreCase));
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? ".");
        string partial = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllBytes(partial, JsonSerializer.SerializeToUtf8Bytes(all, Json));
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}

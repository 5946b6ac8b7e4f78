using System.Text.Json.Serialization;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Jobs;

/// <summary>What is done about keys that are there already.</summary>
[JsonConverter(typeof(CamelCaseEnum<StateRestoreMode>))]
internal enum StateRestoreMode
{
    /// <summary>They get the value that they had.</summary>
    Overwrite,

    /// <summary>They stay as they are.</summary>
    OnlyMissing,

    /// <summary>
    /// They get the value that they had, unless somebody changes them between the look at them and the writing: those stay
    /// as they are.
    /// </summary>
    OnlyIfUnchanged,
}

using System.Management.Automation;
using System.Reflection;

namespace Backup.PowerShell.Tests.Surface;

/// <summary>
/// A cmdlet as its attributes describe it. They are read as data: where no PowerShell runs, the attributes' own code is a stub.
/// </summary>
internal sealed record CmdletInfo(Type Type, string Verb, string Noun, IReadOnlyDictionary<string, object?> Settings, IReadOnlyList<ParameterInfo> Parameters)
{
    public static IReadOnlyList<CmdletInfo> All { get; } =
    [
        .. from type in typeof(BackupCommand).Assembly.GetExportedTypes()
           let attribute = Data(type, nameof(CmdletAttribute))
           where attribute is not null
           orderby type.Name
           select new CmdletInfo(
               type,
               (string)attribute.ConstructorArguments[0].Value!,
               (string)attribute.ConstructorArguments[1].Value!,
               Named(attribute),
               [.. ParameterInfo.Of(type)]),
    ];

    public string Name => $"{Verb}-{Noun}";

    public bool SupportsShouldProcess => Settings.GetValueOrDefault("SupportsShouldProcess") is true;

    public ConfirmImpact Impact => Settings.TryGetValue("ConfirmImpact", out object? impact) ? (ConfirmImpact)(int)impact! : ConfirmImpact.Medium;

    public string? DefaultSet => Settings.GetValueOrDefault("DefaultParameterSetName") as string;

    public IReadOnlyList<string> Sets =>
        [.. Parameters.SelectMany(parameter => parameter.Sets.Keys).Where(set => set != ParameterInfo.AllSets).Distinct()];

    public static CustomAttributeData? Data(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType.Name == attribute);

    public static IReadOnlyDictionary<string, object?> Named(CustomAttributeData data) =>
        data.NamedArguments.ToDictionary(argument => argument.MemberName, argument => argument.TypedValue.Value);

    public override string ToString() => Name;
}

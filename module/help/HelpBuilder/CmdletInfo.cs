using System.Management.Automation;
using System.Reflection;

namespace Backup.HelpBuilder;

/// <summary>
/// A cmdlet as its attributes describe it. They are read as data: where no PowerShell runs, the attributes' own code is a stub.
/// </summary>
internal sealed record CmdletInfo(
    Type Type, string Verb, string Noun, IReadOnlyDictionary<string, object?> Settings, IReadOnlyList<ParameterInfo> Parameters)
{
    public string Name => $"{Verb}-{Noun}";

    public bool SupportsShouldProcess => Settings.GetValueOrDefault("SupportsShouldProcess") is true;

    public ConfirmImpact Impact =>
        Settings.TryGetValue("ConfirmImpact", out object? impact) && impact is int number ? (ConfirmImpact)number : ConfirmImpact.Medium;

    public string? DefaultSet => Settings.GetValueOrDefault("DefaultParameterSetName") as string;

    /// <summary>The sets that parameters name; none if all are in all sets.</summary>
    public IReadOnlyList<string> Sets =>
        [.. Parameters.SelectMany(parameter => parameter.Sets.Keys).Where(set => set != ParameterInfo.AllSets).Distinct()];

    public IReadOnlyList<Type> OutputTypes =>
        Data(Type, nameof(OutputTypeAttribute))?.ConstructorArguments[0].Value is IEnumerable<CustomAttributeTypedArgument> types
            ? [.. types.Select(type => type.Value).OfType<Type>()]
            : [];

    /// <summary>The cmdlets of an assembly, by name.</summary>
    public static IReadOnlyList<CmdletInfo> Of(Assembly assembly) =>
    [
        .. from type in assembly.GetExportedTypes()
           let attribute = Data(type, nameof(CmdletAttribute))
           where attribute is not null
           let cmdlet = new CmdletInfo(
               type,
               attribute.ConstructorArguments[0].Value as string ?? "",
               attribute.ConstructorArguments[1].Value as string ?? "",
               Named(attribute),
               [.. ParameterInfo.Of(type)])
           orderby cmdlet.Name
           select cmdlet,
    ];

    public static CustomAttributeData? Data(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType.Name == attribute);

    public static IReadOnlyDictionary<string, object?> Named(CustomAttributeData data) =>
        data.NamedArguments.ToDictionary(argument => argument.MemberName, argument => argument.TypedValue.Value);

    public override string ToString() => Name;
}

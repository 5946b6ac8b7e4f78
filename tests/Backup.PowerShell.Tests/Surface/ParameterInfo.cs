using System.Management.Automation;
using System.Reflection;

namespace Backup.PowerShell.Tests.Surface;

/// <summary>A cmdlet's parameter as its attributes describe it, by parameter set.</summary>
internal sealed record ParameterInfo(PropertyInfo Property, IReadOnlyDictionary<string, IReadOnlyDictionary<string, object?>> Sets)
{
    public const string AllSets = "__AllParameterSets";

    public string Name => Property.Name;

    public Type Type => Property.PropertyType;

    public IReadOnlyList<string> Aliases =>
        CmdletInfo.Data(Property, nameof(AliasAttribute)) is { } alias
            ? [.. ((IEnumerable<CustomAttributeTypedArgument>)alias.ConstructorArguments[0].Value!).Select(each => (string)each.Value!)]
            : [];

    public bool SupportsWildcards => CmdletInfo.Data(Property, nameof(SupportsWildcardsAttribute)) is not null;

    public static IEnumerable<ParameterInfo> Of(Type cmdlet) =>
        from property in cmdlet.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.DeclaringType == cmdlet || cmdlet.GetProperty(property.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly) is null
        let attributes = property.GetCustomAttributesData().Where(data => data.AttributeType.Name == nameof(ParameterAttribute)).Select(CmdletInfo.Named).ToList()
        where attributes.Count > 0
        select new ParameterInfo(property, attributes.ToDictionary(each => each.GetValueOrDefault("ParameterSetName") as string ?? AllSets));

    public bool IsIn(string set) => Sets.ContainsKey(set) || Sets.ContainsKey(AllSets);

    public T? Setting<T>(string set, string name) =>
        (Sets.TryGetValue(set, out IReadOnlyDictionary<string, object?>? settings) || Sets.TryGetValue(AllSets, out settings))
            && settings.TryGetValue(name, out object? value)
            ? (T?)value
            : default;
}

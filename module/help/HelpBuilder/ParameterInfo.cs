using System.Management.Automation;
using System.Reflection;

namespace Backup.HelpBuilder;

/// <summary>A cmdlet's parameter as its attributes describe it, by parameter set.</summary>
internal sealed record ParameterInfo(PropertyInfo Property, IReadOnlyDictionary<string, IReadOnlyDictionary<string, object?>> Sets)
{
    public const string AllSets = "__AllParameterSets";

    public string Name => Property.Name;

    public Type Type => Property.PropertyType;

    public IReadOnlyList<string> Aliases =>
        CmdletInfo.Data(Property, nameof(AliasAttribute))?.ConstructorArguments[0].Value is IEnumerable<CustomAttributeTypedArgument> names
            ? [.. names.Select(name => name.Value).OfType<string>()]
            : [];

    public bool SupportsWildcards => CmdletInfo.Data(Property, nameof(SupportsWildcardsAttribute)) is not null;

    /// <summary>How people write the type: <c>string[]</c>, <c>long</c>, <c>RepositoryReference</c>.</summary>
    public string TypeName => NameOf(Type);

    /// <summary>The parameters of a cmdlet. One that hides another of the same name counts.</summary>
    public static IEnumerable<ParameterInfo> Of(Type cmdlet) =>
        from property in cmdlet.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.DeclaringType == cmdlet
            || cmdlet.GetProperty(property.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly) is null
        let attributes = property.GetCustomAttributesData()
            .Where(data => data.AttributeType.Name == nameof(ParameterAttribute)).Select(CmdletInfo.Named).ToList()
        where attributes.Count > 0
        select new ParameterInfo(property, attributes.ToDictionary(each => each.GetValueOrDefault("ParameterSetName") as string ?? AllSets));

    public bool IsIn(string set) => Sets.ContainsKey(set) || Sets.ContainsKey(AllSets);

    /// <summary>A setting of the parameter in a set.</summary>
    public T? Setting<T>(string set, string name) =>
        (Sets.TryGetValue(set, out IReadOnlyDictionary<string, object?>? settings) || Sets.TryGetValue(AllSets, out settings))
            && settings.TryGetValue(name, out object? value)
            ? (T?)value
            : default;

    private static string NameOf(Type type)
    {
        if (type.IsArray)
        {
            return NameOf(type.GetElementType() ?? typeof(object)) + "[]";
        }

        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.Name switch
        {
            "String" => "string",
            "Int32" => "int",
            "Int64" => "long",
            "SwitchParameter" => "switch",
            var name => name,
        };
    }
}

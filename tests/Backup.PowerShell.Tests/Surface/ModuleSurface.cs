using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using CmdletInfo = Backup.HelpBuilder.CmdletInfo;
using ParameterInfo = Backup.HelpBuilder.ParameterInfo;

namespace Backup.PowerShell.Tests.Surface;

/// <summary>What scripts depend on, as text: cmdlets with their parameters, the properties of what they give, the ids of errors.</summary>
internal static class ModuleSurface
{
    public static string Text => string.Join('\n', Cmdlets.All.SelectMany(Lines).Concat(OutputTypes.SelectMany(Lines)).Append(""));

    /// <summary>Members of PowerShell that the module uses: each was looked up in PowerShell 7.6 before it came here.</summary>
    public static string PowerShellMembers => string.Join(
        '\n',
        UsedMembers().Where(each => each.Assembly == "System.Management.Automation").Select(each => $"{each.Type}.{each.Member}")
            .Distinct().Order(StringComparer.Ordinal).Append(""));

    /// <summary>Members of other assemblies that the module uses.</summary>
    public static IReadOnlyList<(string Assembly, string Type, string Member)> UsedMembers()
    {
        using var file = new PEReader(File.OpenRead(typeof(BackupCommand).Assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        return
        [
            .. from handle in metadata.MemberReferences
               let member = metadata.GetMemberReference(handle)
               where member.Parent.Kind == HandleKind.TypeReference
               let type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent)
               where type.ResolutionScope.Kind == HandleKind.AssemblyReference
               select (
                   metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name),
                   $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}",
                   metadata.GetString(member.Name)),
        ];
    }

    private static IEnumerable<Type> OutputTypes =>
        from type in typeof(BackupCommand).Assembly.GetExportedTypes()
        where type.Namespace == "Backup.PowerShell.Output"
        orderby type.Name
        select type;

    private static IEnumerable<string> Lines(CmdletInfo cmdlet)
    {
        yield return $"{cmdlet.Name}{(cmdlet.SupportsShouldProcess ? $" asks {cmdlet.Impact}" : "")} gives {string.Join(", ", cmdlet.OutputTypes.Select(type => type.Name))}";
        foreach (ParameterInfo parameter in cmdlet.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal))
        {
            string aliases = parameter.Aliases.Count > 0 ? $" ({string.Join(", ", parameter.Aliases)})" : "";
            foreach (string set in parameter.Sets.Keys.Order(StringComparer.Ordinal))
            {
                string[] words =
                [
                    set == ParameterInfo.AllSets ? "" : $"set {set}{(set == cmdlet.DefaultSet ? " by default" : "")}",
                    parameter.Setting<bool>(set, "Mandatory") ? "mandatory" : "",
                    parameter.Setting<int?>(set, "Position") is { } position ? $"position {position}" : "",
                    parameter.Setting<bool>(set, "ValueFromPipeline") ? "by value" : "",
                    parameter.Setting<bool>(set, "ValueFromPipelineByPropertyName") ? "by name" : "",
                ];
                yield return $"  -{parameter.Name}{aliases} {parameter.TypeName}{string.Concat(words.Where(word => word.Length > 0).Select(word => ", " + word))}";
            }
        }
    }

    private static IEnumerable<string> Lines(Type type)
    {
        yield return type.IsEnum ? $"{type.Name}: {string.Join(", ", Enum.GetNames(type))}" : type.Name;
        foreach (PropertyInfo property in type.GetProperties().OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            Type plain = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            string name = plain.IsGenericType ? plain.GetGenericArguments()[0].Name + "[]" : plain.Name;
            yield return $"  {property.Name} {name}{(plain == property.PropertyType ? "" : "?")}";
        }
    }
}

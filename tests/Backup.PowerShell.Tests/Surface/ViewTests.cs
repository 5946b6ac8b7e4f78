using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Backup.HelpBuilder;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Tests.Surface;

/// <summary>Views name types, properties and functions as text: these must be there.</summary>
public sealed partial class ViewTests
{
    private static readonly XDocument Formats = XDocument.Load(StagedModule.Combine("Backup.Format.ps1xml"));

    private static readonly XDocument Types = XDocument.Load(StagedModule.Combine("Backup.Types.ps1xml"));

    private static IEnumerable<(Type Type, XElement View)> Views =>
        from view in Formats.Descendants("View")
        let name = view.Descendants("TypeName").Select(type => type.Value).First(type => !type.StartsWith("Deserialized.", StringComparison.Ordinal))
        select (TypeOf(name), view);

    [Fact]
    public void Every_type_is_there_and_is_also_shown_after_it_crossed_a_process() => Assert.All(Views, each =>
        Assert.Contains("Deserialized." + each.Type.FullName, each.View.Descendants("TypeName").Select(type => type.Value)));

    [Fact]
    public void Every_property_is_there() => Assert.Empty(
        from each in Views
        from property in each.View.Descendants("PropertyName").Select(element => element.Value)
            .Concat(each.View.Descendants("ScriptBlock").SelectMany(element => Property().Matches(element.Value)).Select(match => match.Groups[1].Value))
        where each.Type.GetProperty(property) is null
        select $"{each.Type.Name}.{property}");

    [Fact]
    public void Every_function_is_there() => Assert.Empty(
        from call in Formats.Descendants("ScriptBlock").SelectMany(element => Call().Matches(element.Value))
        where typeof(FormatHelper).FullName != call.Groups[1].Value
            || typeof(FormatHelper).GetMethod(call.Groups[2].Value, BindingFlags.Public | BindingFlags.Static) is null
        select call.Value);

    [Fact]
    public void Every_property_set_is_there() => Assert.Empty(
        from type in Types.Descendants("Type")
        from property in type.Descendants("ReferencedProperties").Elements("Name")
        where TypeOf(type.Element("Name")!.Value).GetProperty(property.Value) is null
        select $"{type.Element("Name")!.Value}.{property.Value}");

    [Fact]
    public void Everything_that_cmdlets_give_has_a_view()
    {
        IEnumerable<Type> given =
            from cmdlet in Cmdlets.All
            let types = (IEnumerable<CustomAttributeTypedArgument>)CmdletInfo.Data(cmdlet.Type, "OutputTypeAttribute")!.ConstructorArguments[0].Value!
            from type in types.Select(each => each.Value as Type)
            where type?.Namespace == typeof(FormatHelper).Namespace && type.IsClass
            select type;

        Assert.Empty(given.Distinct().Except(Views.Select(each => each.Type)));
    }

    [Fact]
    public void Tables_have_at_most_six_columns_and_the_last_one_takes_what_is_left() => Assert.All(
        Formats.Descendants("TableHeaders"),
        headers =>
        {
            Assert.InRange(headers.Elements().Count(), 1, 6);
            Assert.Null(headers.Elements().Last().Element("Width"));
        });

    [Fact]
    public void What_is_given_holds_no_secrets() => Assert.Empty(
        from type in typeof(FormatHelper).Assembly.GetExportedTypes()
        where type.Namespace == typeof(FormatHelper).Namespace
        from property in type.GetProperties()
        where property.PropertyType == typeof(System.Security.SecureString)
            || property.Name.Contains("Password", StringComparison.Ordinal) || property.Name.Contains("MasterKey", StringComparison.Ordinal)
        select $"{type.Name}.{property.Name}");

    private static Type TypeOf(string name) =>
        typeof(FormatHelper).Assembly.GetType(name) ?? throw new TypeLoadException($"The views name {name}, which is not there.");

    [GeneratedRegex(@"\$_\.([A-Za-z]+)")]
    private static partial Regex Property();

    [GeneratedRegex(@"\[([A-Za-z.]+)\]::([A-Za-z]+)")]
    private static partial Regex Call();
}

using System.Management.Automation;
using System.Security;
using Backup.HelpBuilder;
using Backup.PowerShell.Binding;
using CmdletInfo = Backup.HelpBuilder.CmdletInfo;

namespace Backup.PowerShell.Tests.Surface;

/// <summary>What PowerShell users expect of every parameter.</summary>
public sealed class ParameterSurfaceTests
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Verbose", "Debug", "ErrorAction", "WarningAction", "InformationAction", "ProgressAction", "ErrorVariable", "WarningVariable",
        "InformationVariable", "OutVariable", "OutBuffer", "PipelineVariable", "WhatIf", "Confirm",
        "vb", "db", "ea", "wa", "infa", "proga", "ev", "wv", "iv", "ov", "ob", "pv", "wi", "cf",
    };

    private static readonly string[] SecretWords = ["Password", "Secret", "Key"];

    private static readonly string[] EndInAnS = ["Progress", "Address", "Alias", "Status"];

    /// <summary>One where a thing is named or made, several where some are chosen.</summary>
    private static readonly string[] OneOrSeveral = ["HostName", "Name", "Path", "Repository", "Snapshot"];

    private static IEnumerable<(CmdletInfo Cmdlet, ParameterInfo Parameter)> All =>
        from cmdlet in Cmdlets.All from parameter in cmdlet.Parameters select (cmdlet, parameter);

    [Fact]
    public void Every_parameter_explains_itself_where_it_is_completed() => None(
        from each in All
        from settings in each.Parameter.Sets.Values
        where settings.GetValueOrDefault("HelpMessage") is not string { Length: > 0 } message || !message.EndsWith('.')
        select each);

    [Fact]
    public void Names_are_singular_and_not_taken() => None(
        from each in All
        where Reserved.Contains(each.Parameter.Name) || each.Parameter.Aliases.Any(Reserved.Contains)
            || (each.Parameter.Name.EndsWith('s') && !EndInAnS.Any(each.Parameter.Name.EndsWith))
        select each);

    [Fact]
    public void Aliases_and_names_of_a_cmdlet_differ() => Assert.Empty(
        from cmdlet in Cmdlets.All
        from name in cmdlet.Parameters.SelectMany(parameter => parameter.Aliases.Prepend(parameter.Name)).GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
        where name.Count() > 1
        select $"{cmdlet} {name.Key}");

    [Fact]
    public void Yes_or_no_is_a_switch() => None(from each in All where each.Parameter.Type == typeof(bool) select each);

    [Fact]
    public void Secrets_are_never_text() => None(
        from each in All
        where SecretWords.Any(each.Parameter.Name.EndsWith) && each.Parameter.Type != typeof(SecureString)
        select each);

    [Fact]
    public void Passwords_can_be_credentials_too() => None(
        from each in All
        where each.Parameter.Type == typeof(SecureString)
            && CmdletInfo.Data(each.Parameter.Property, nameof(PasswordTransformAttribute)) is null
        select each);

    [Fact]
    public void One_name_has_one_type_everywhere() => Assert.Empty(
        from each in All
        group each.Parameter.Type by each.Parameter.Name into types
        where types.Distinct().Count() > 1 && !OneOrSeveral.Contains(types.Key)
        select $"{types.Key}: {string.Join(", ", types.Distinct().Select(type => type.Name))}");

    [Fact]
    public void A_path_with_wildcards_has_a_literal_twin_that_takes_what_Get_ChildItem_gives() => Assert.Empty(
        from each in All
        where each.Parameter is { Name: "Path", SupportsWildcards: true }
        let twin = each.Cmdlet.Parameters.FirstOrDefault(other => other.Name == "LiteralPath")
        where twin is null || twin.Type != each.Parameter.Type || !twin.Aliases.Contains("LP")
        select each.Cmdlet.Name);

    /// <summary>What is piped in by that name is a path of the provider; those of snapshots are none.</summary>
    [Fact]
    public void Literal_paths_of_the_disk_are_what_Get_ChildItem_calls_PSPath() => Assert.Equal(
        ["Compare-BackupSnapshot", "Invoke-Backup"],
        from each in All
        where each.Parameter.Name == "LiteralPath" && each.Parameter.Aliases.Contains("PSPath")
        orderby each.Cmdlet.Name
        select each.Cmdlet.Name);

    /// <summary>Whoever has typed half of a name is helped.</summary>
    [Fact]
    public void Whatever_names_a_repository_is_completed() => None(
        from each in All
        where (each.Parameter.Type == typeof(RepositoryReference) || each.Parameter.Type == typeof(RepositoryReference[]))
            && (each.Cmdlet.Name, each.Parameter.Name) is not ("New-BackupRepository" or "Register-BackupRepository", "Repository") // not there yet
            && CmdletInfo.Data(each.Parameter.Property, nameof(ArgumentCompleterAttribute)) is null
        select each);

    [Fact]
    public void At_most_one_parameter_of_a_set_takes_the_pipeline_by_value() => Assert.Empty(
        from cmdlet in Cmdlets.All
        from set in cmdlet.Sets.DefaultIfEmpty(ParameterInfo.AllSets)
        where cmdlet.Parameters.Count(parameter => parameter.IsIn(set) && parameter.Setting<bool>(set, "ValueFromPipeline")) > 1
        select $"{cmdlet} {set}");

    [Fact]
    public void Positions_of_a_set_differ() => Assert.Empty(
        from cmdlet in Cmdlets.All
        from set in cmdlet.Sets.DefaultIfEmpty(ParameterInfo.AllSets)
        let positions = cmdlet.Parameters.Where(parameter => parameter.IsIn(set)).Select(parameter => parameter.Setting<int?>(set, "Position")).Where(position => position is not null).ToList()
        where positions.Distinct().Count() != positions.Count
        select $"{cmdlet} {set}");

    [Fact]
    public void Several_sets_have_a_default_one() => Assert.Empty(
        from cmdlet in Cmdlets.All
        where cmdlet.Sets.Count > 1 && cmdlet.DefaultSet is null
        select $"{cmdlet} {cmdlet.DefaultSet}");

    [Fact]
    public void Whatever_names_a_snapshot_is_completed_and_binds_by_name() => None(
        from each in All
        where each.Parameter.Name == "Snapshot"
            && (!each.Parameter.Aliases.Contains("SnapshotId") || CmdletInfo.Data(each.Parameter.Property, nameof(ArgumentCompleterAttribute)) is null)
        select each);

    private static void None(IEnumerable<(CmdletInfo Cmdlet, ParameterInfo Parameter)> wrong) =>
        Assert.Empty(wrong.Select(each => $"{each.Cmdlet} -{each.Parameter.Name}").Distinct());
}

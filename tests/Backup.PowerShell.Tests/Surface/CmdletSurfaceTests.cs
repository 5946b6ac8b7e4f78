using System.Management.Automation;
using CmdletInfo = Backup.HelpBuilder.CmdletInfo;

namespace Backup.PowerShell.Tests.Surface;

/// <summary>What PowerShell users expect of every cmdlet.</summary>
public sealed class CmdletSurfaceTests
{
    private static readonly HashSet<string> ApprovedVerbs =
    [
        .. typeof(VerbsCommon).Assembly.GetTypes().Where(type => type.Name.StartsWith("Verbs", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields()).Select(field => (string)field.GetRawConstantValue()!),
    ];

    private static readonly string[] ChangingVerbs =
        ["New", "Set", "Remove", "Restore", "Repair", "Optimize", "Unlock", "Copy", "Update", "Register", "Unregister", "Export", "Mount", "Dismount", "Edit", "Sync"];

    /// <summary>What asks by default is what can't be undone.</summary>
    private static readonly Dictionary<string, ConfirmImpact> Impacts = new()
    {
        ["Copy-BackupSnapshot"] = ConfirmImpact.Low,
        ["Dismount-BackupRepository"] = ConfirmImpact.Low,
        ["Edit-BackupSnapshot"] = ConfirmImpact.High,
        ["Export-BackupItem"] = ConfirmImpact.Medium,
        ["Invoke-Backup"] = ConfirmImpact.Low,
        ["Mount-BackupRepository"] = ConfirmImpact.Low,
        ["New-BackupKey"] = ConfirmImpact.Medium,
        ["New-BackupRepository"] = ConfirmImpact.Medium,
        ["Optimize-BackupRepository"] = ConfirmImpact.Medium,
        ["Register-BackupRepository"] = ConfirmImpact.Low,
        ["Remove-BackupKey"] = ConfirmImpact.High,
        ["Remove-BackupSnapshot"] = ConfirmImpact.High,
        ["Repair-BackupRepository"] = ConfirmImpact.High,
        ["Restore-Backup"] = ConfirmImpact.Medium,
        ["Set-BackupKey"] = ConfirmImpact.Medium,
        ["Set-BackupSnapshot"] = ConfirmImpact.Medium,
        ["Sync-BackupRepository"] = ConfirmImpact.Medium,
        ["Unlock-BackupRepository"] = ConfirmImpact.Medium,
        ["Unregister-BackupRepository"] = ConfirmImpact.Medium,
        ["Update-BackupRepository"] = ConfirmImpact.High,
    };

    [Fact]
    public void There_are_cmdlets() => Assert.NotEmpty(Cmdlets.All);

    [Fact]
    public void Verbs_are_approved() => Assert.DoesNotContain(Cmdlets.All, cmdlet => !ApprovedVerbs.Contains(cmdlet.Verb));

    [Fact]
    public void Nouns_begin_with_Backup_and_are_singular() => Assert.DoesNotContain(Cmdlets.All, cmdlet =>
        !cmdlet.Noun.StartsWith("Backup", StringComparison.Ordinal) || cmdlet.Noun.EndsWith('s'));

    [Fact]
    public void Classes_are_named_after_their_cmdlets_and_sealed() => Assert.DoesNotContain(Cmdlets.All, cmdlet =>
        cmdlet.Type.Name != $"{cmdlet.Verb}{cmdlet.Noun}Command" || !cmdlet.Type.IsSealed
        || cmdlet.Type.Namespace != "Backup.PowerShell.Commands");

    [Fact]
    public void Every_cmdlet_says_what_it_gives() =>
        Assert.DoesNotContain(Cmdlets.All, cmdlet => CmdletInfo.Data(cmdlet.Type, nameof(OutputTypeAttribute)) is null);

    /// <summary>All help comes with the module; an address that is not there would be worse than none.</summary>
    [Fact]
    public void No_cmdlet_promises_help_on_the_network() =>
        Assert.DoesNotContain(Cmdlets.All, cmdlet => cmdlet.Settings.ContainsKey("HelpUri"));

    [Fact]
    public void What_changes_something_asks_and_has_WhatIf() => Assert.DoesNotContain(Cmdlets.All, cmdlet =>
        (ChangingVerbs.Contains(cmdlet.Verb) || cmdlet.Name == "Invoke-Backup") != cmdlet.SupportsShouldProcess);

    [Fact]
    public void What_asks_by_default_is_pinned() => Assert.Equal(
        Impacts.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key} {each.Value}"),
        Cmdlets.All.Where(cmdlet => cmdlet.SupportsShouldProcess).OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)
            .Select(cmdlet => $"{cmdlet.Name} {cmdlet.Impact}"));

    [Fact]
    public void Cmdlets_can_be_made_without_arguments() =>
        Assert.DoesNotContain(Cmdlets.All, cmdlet => cmdlet.Type.GetConstructor([]) is null);

    [Fact]
    public void Only_the_base_classes_are_abstract_and_all_cmdlets_share_them() => Assert.DoesNotContain(Cmdlets.All, cmdlet =>
        cmdlet.Type.IsAbstract || !cmdlet.Type.IsSubclassOf(typeof(BackupCommand)));
}

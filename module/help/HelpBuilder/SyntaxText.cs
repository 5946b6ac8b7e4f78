using System.Text;

namespace Backup.HelpBuilder;

/// <summary>How a cmdlet is called, as Get-Command -Syntax writes it: one line for each parameter set.</summary>
internal static class SyntaxText
{
    /// <summary>The section SYNTAX of a page.</summary>
    public static string Section(CmdletInfo cmdlet)
    {
        var text = new StringBuilder();
        foreach (string set in Sets(cmdlet))
        {
            if (cmdlet.Sets.Count > 0)
            {
                text.Append("### ").Append(set).Append(set == cmdlet.DefaultSet ? " (default)" : "").Append("\n\n");
            }

            text.Append("```\n").Append(Line(cmdlet, set)).Append("\n```\n\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>The sets, the default one first.</summary>
    public static IReadOnlyList<string> Sets(CmdletInfo cmdlet)
    {
        string first = cmdlet.DefaultSet ?? ParameterInfo.AllSets;
        return cmdlet.Sets.Count == 0 ? [first] : [first, .. cmdlet.Sets.Where(set => set != first)];
    }

    /// <summary>A set's parameters in the order in which they are shown: by position, mandatory ones, the others.</summary>
    public static IEnumerable<ParameterInfo> Ordered(CmdletInfo cmdlet, string set) => cmdlet.Parameters
        .Where(parameter => parameter.IsIn(set))
        .OrderBy(parameter => parameter.Setting<int?>(set, "Position") ?? int.MaxValue)
        .ThenByDescending(parameter => parameter.Setting<bool>(set, "Mandatory"));

    private static string Line(CmdletInfo cmdlet, string set)
    {
        var line = new StringBuilder(cmdlet.Name);
        int width = line.Length;
        IEnumerable<string> parts = Ordered(cmdlet, set).Select(parameter => Part(parameter, set));
        foreach (string part in parts.Concat(cmdlet.SupportsShouldProcess ? ["[-WhatIf]", "[-Confirm]"] : []).Append("[<CommonParameters>]"))
        {
            bool breaks = width + 1 + part.Length > 110;
            line.Append(breaks ? "\n    " : " ").Append(part);
            width = breaks ? 4 + part.Length : width + 1 + part.Length;
        }

        return line.ToString();
    }

    private static string Part(ParameterInfo parameter, string set)
    {
        bool isMandatory = parameter.Setting<bool>(set, "Mandatory");
        bool hasPosition = parameter.Setting<int?>(set, "Position") is not null;
        string name = hasPosition ? $"[-{parameter.Name}]" : $"-{parameter.Name}";
        string part = parameter.TypeName == "switch" ? name : $"{name} <{parameter.TypeName}>";
        return isMandatory ? part : $"[{part}]";
    }
}

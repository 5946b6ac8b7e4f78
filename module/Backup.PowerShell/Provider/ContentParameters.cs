using System.Management.Automation;
using System.Text;
using Backup.PowerShell.Binding;

namespace Backup.PowerShell.Provider;

/// <summary>What Get-Content has on a drive of snapshots besides its own parameters.</summary>
public sealed class ContentParameters
{
    [Parameter(HelpMessage = "Give the whole content as one text or, with -AsByteStream, one array of bytes.")]
    public SwitchParameter Raw { get; set; }

    [Parameter(HelpMessage = "Give bytes, not text.")]
    public SwitchParameter AsByteStream { get; set; }

    [Parameter(HelpMessage = "The encoding of text that has no mark at its beginning. Default: utf8.")]
    [EncodingTransform]
    public Encoding Encoding { get; set; } = Encoding.UTF8;
}

using System.Management.Automation;
using System.Text;

namespace Backup.PowerShell.Binding;

/// <summary>Takes an encoding as PowerShell names it (<c>utf8</c>, <c>unicode</c>, <c>ascii</c> …), by its registered name, or as a code page.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EncodingTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return plain switch
        {
            string name => Named(name) ?? throw new ArgumentTransformationMetadataException(
                $"«{name}» is no encoding. Use utf8, unicode, bigendianunicode, utf32, ascii, latin1, ansi, or a registered name."),
            int codePage => Encoding.GetEncoding(codePage),
            _ => plain,
        };
    }

    /// <summary>The encoding of a name; null if there is none.</summary>
    internal static Encoding? Named(string name)
    {
        switch (name.ToUpperInvariant())
        {
            case "UTF8" or "UTF8NOBOM" or "UTF8BOM" or "DEFAULT":
                return Encoding.UTF8;
            case "UNICODE":
                return Encoding.Unicode;
            case "BIGENDIANUNICODE":
                return Encoding.BigEndianUnicode;
            case "UTF32":
                return Encoding.UTF32;
            case "ASCII":
                return Encoding.ASCII;
            case "LATIN1" or "ANSI":
                return Encoding.Latin1;
            default:
                return Encoding.GetEncodings().FirstOrDefault(each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.GetEncoding();
        }
    }
}

using System.Text;
using Backup.Sidecar.Dapr.Destinations;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

public sealed class ObjectEnvelopeTests
{
    [Fact]
    public void What_is_sealed_is_opened_however_it_was_stored() => PropertyCheck.Holds(random =>
    {
        byte[] content = new byte[random.Next(0, 2000)];
        random.NextBytes(content);
        byte[] plain = ObjectEnvelope.Seal(content);
        byte[] text = ObjectEnvelope.ToBase64(plain);
        byte[] quoted = [(byte)'"', .. text, (byte)'"'];

        Assert.Equal(content, ObjectEnvelope.TryOpen(plain)?.ToArray());
        Assert.Equal(content, ObjectEnvelope.TryOpen(text)?.ToArray());
        Assert.Equal(content, ObjectEnvelope.TryOpen(quoted)?.ToArray());
        Assert.Equal(ObjectEnvelope.Overhead + content.Length, plain.Length);
        Assert.Equal(0, plain[0]);
    });

    [Fact]
    public void What_was_cut_or_changed_is_no_envelope() => PropertyCheck.Holds(random =>
    {
        byte[] content = new byte[random.Next(0, 200)];
        random.NextBytes(content);
        byte[] plain = ObjectEnvelope.Seal(content);
        byte[] changed = (byte[])plain.Clone();
        changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));

        Assert.Null(ObjectEnvelope.TryOpen(plain.AsMemory(0, random.Next(plain.Length))));
        Assert.Null(ObjectEnvelope.TryOpen(changed));
        Assert.Null(ObjectEnvelope.TryOpen((byte[])[.. plain, 0]));
    });

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("\"\"")]
    [InlineData("{\"a\":1}")]
    [InlineData("AAAA")]
    public void What_others_stored_is_none(string text) => Assert.Null(ObjectEnvelope.TryOpen(Encoding.UTF8.GetBytes(text)));
}

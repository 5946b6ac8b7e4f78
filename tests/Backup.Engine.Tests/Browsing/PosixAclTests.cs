using Backup.Engine.Browsing;

namespace Backup.Engine.Tests.Browsing;

public class PosixAclTests
{
    [Fact]
    public void A_list_becomes_text_with_numbers()
    {
        byte[] list = Convert.FromHexString(
            "02000000" + "01000600FFFFFFFF" + "02000400E9030000" + "04000500FFFFFFFF"
            + "0800020027000000" + "10000700FFFFFFFF" + "20000000FFFFFFFF");

        string? text = PosixAcl.TryFormat(list);

        Assert.Equal("user::rw-\nuser:1001:r--\ngroup::r-x\ngroup:39:-w-\nmask::rwx\nother::---\n", text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("020000")]
    [InlineData("0200000001")]
    [InlineData("0100000001000600FFFFFFFF")]
    [InlineData("0200000003000600FFFFFFFF")]
    public void What_is_no_list_has_no_text(string hex) => Assert.Null(PosixAcl.TryFormat(Convert.FromHexString(hex)));
}

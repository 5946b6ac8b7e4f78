using System.Text;
using Backup.Engine.Storage.Rest;

namespace Backup.Engine.Tests.Storage.Rest;

public sealed class RestAddressTests
{
    [Theory]
    [InlineData("http://host:8000/", "http://host:8000/", null)]
    [InlineData("http://host:8000", "http://host:8000/", null)]
    [InlineData("https://host/a/b", "https://host/a/b/", null)]
    [InlineData("https://me:secret@host/a", "https://host/a/", "me:secret")]
    [InlineData("https://me@host/a", "https://host/a/", "me:")]
    [InlineData("http://a%40b:p%3Aq%2F%23@host/", "http://host/", "a@b:p:q/#")]
    [InlineData("http://me:se:cret@host/", "http://host/", "me:se:cret")]
    [InlineData("http://[::1]:8000/x", "http://[::1]:8000/x/", null)]
    public void A_server_is_understood_and_shown_without_user_and_password(string place, string root, string? user)
    {
        RestAddress address = RestAddress.Parse(place, new ConnectionOptions());

        Assert.Equal(root, address.Root.AbsoluteUri);
        Assert.Equal(root, address.Display);
        Assert.Equal(root, RestAddress.DisplayOf(place));
        Assert.Null(address.Socket);
        Assert.Equal(user, UserOf(address));
    }

    [Theory]
    [InlineData("http+unix:///run/rest.sock:/repo/", "/run/rest.sock", "http://localhost/repo/", "http+unix:///run/rest.sock:/repo/")]
    [InlineData("http+unix:///run/rest.sock:/repo", "/run/rest.sock", "http://localhost/repo/", "http+unix:///run/rest.sock:/repo/")]
    [InlineData("http+unix:///run/rest.sock", "/run/rest.sock", "http://localhost/", "http+unix:///run/rest.sock:/")]
    [InlineData("http+unix:///run/rest.sock/", "/run/rest.sock", "http://localhost/", "http+unix:///run/rest.sock:/")]
    [InlineData("http+unix://me:secret@/rest.sock:/", "/rest.sock", "http://localhost/", "http+unix:///rest.sock:/")]
    public void A_socket_is_understood(string place, string socket, string root, string display)
    {
        RestAddress address = RestAddress.Parse(place, new ConnectionOptions());

        Assert.Equal(socket, address.Socket);
        Assert.Equal(root, address.Root.AbsoluteUri);
        Assert.Equal(display, address.Display);
        Assert.True(address.IsOnThisMachine);
        Assert.Equal(place.Contains('@') ? "me:secret" : null, UserOf(address));
    }

    [Fact]
    public void User_and_password_of_the_options_count_where_the_address_has_none()
    {
        var options = new ConnectionOptions { UserName = "me", Password = "other" };

        Assert.Equal("me:other", UserOf(RestAddress.Parse("http://host/", options)));
        Assert.Equal("you:", UserOf(RestAddress.Parse("http://you@host/", options)));
    }

    [Theory]
    [InlineData("host:8000")]
    [InlineData("ftp://me:secret@host/")]
    [InlineData("https://me:secret#word@host/")]
    [InlineData("https://me:123#secret@host/")]
    [InlineData("https://me:123?secret@host/")]
    [InlineData("https://me:sec/ret@host/")]
    [InlineData("https:///secret")]
    [InlineData("http+unix://secret")]
    [InlineData("http+unix://secret/x.sock")]
    public void What_makes_no_sense_is_refused_and_not_repeated(string place)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => RestAddress.Parse(place, new ConnectionOptions()));

        Assert.DoesNotContain("sec", error.Message.Replace("second", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("…", RestAddress.DisplayOf(place));
    }

    private static string? UserOf(RestAddress address) =>
        address.Authorization?.Parameter is { } text ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : null;
}

using System.Text;
using Hub.Gateway.Mirroring.Comparing;
using Hub.Gateway.Mirroring.Diffs;

namespace Hub.Gateway.Tests.Mirroring;

[Trait("Rule", "18")]
public sealed class MaskingTests
{
    private static readonly Masking Masking = new(
        new ComparisonRules { Personal = [Place.Read(".greeting", out _)!, Place.Read("$.buyer.remark", out _)!, Place.Read("a @data-customer", out _)!] }, ["Ada Lovelace"]);

    [Theory]
    [InlineData("write to ada@shop.test now", "write to *** now")]
    [InlineData("/mail?to=ada%40shop.test", "/mail?to=***")]
    [InlineData("hello ADA LOVELACE!", "hello ***!")]
    [InlineData("call +49 30 1234567", "call ***")]
    [InlineData("call 030/123 45 67", "call ***")]
    [InlineData("paid by 4111 1111 1111 1111", "paid by ***")]
    [InlineData("article 4111111111111112", "article 4111111111111112")]
    [InlineData("GET /p?id=7&token=abc", "GET /p?id=7&token=***")]
    [InlineData("GET /reset?email=x&phone=1", "GET /reset?email=***&phone=***")]
    [InlineData("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "jwt ***")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: Bearer ***")]
    [InlineData("key Zm9vYmFyMTIzNDU2Nzg5MA", "key ***")]
    [InlineData("€ 1234.56, 12 in stock, TS-001", "€ 1234.56, 12 in stock, TS-001")]
    public void Text_PersonalData_IsMasked(string text, string expected) => Assert.Equal(expected, Masking.Text(text));

    [Theory]
    [InlineData("Cookie", "SHOPSESSION=abc; theme=dark", "SHOPSESSION=***; theme=***")]
    [InlineData("Set-Cookie", "SHOPSESSION=abc; path=/; httponly", "SHOPSESSION=***; path=/; httponly")]
    [InlineData("Authorization", "Bearer x", "***")]
    [InlineData("X-Api-Key", "x", "***")]
    [InlineData("Hub-Customer", "0123", "***")]
    [InlineData("Accept", "text/html", "text/html")]
    public void Header_Secret_IsMasked(string name, string value, string expected) => Assert.Equal(expected, Masking.Header(name, value));

    [Fact]
    public void Body_OfAPage_KeepsNoFieldOfACustomer()
    {
        var masked = Body("text/html", """
            <p class=greeting>Hello Ada</p><a data-customer="Ada" href=/account>account</a>
            <form><input name=email value="a&#64;b.test"><input name=street value="Market Square 1"><input name=quantity value=3>
            <input type=hidden name=__token value=t0k3n></form><b class=price>9.99</b>
            """);

        foreach (var secret in new[] { "Ada", "b.test", "Market Square", "t0k3n" })
        {
            Assert.DoesNotContain(secret, masked, StringComparison.Ordinal);
        }

        Assert.Contains("9.99", masked, StringComparison.Ordinal);
        Assert.Contains("value=\"3\"", masked, StringComparison.Ordinal);
    }

    [Fact]
    public void Body_OfJson_KeepsNoFieldOfACustomer()
    {
        var masked = Body("application/json", """
            {"email":"x","buyer":{"firstName":"Grace","remark":"ring twice","street":"Here 1"},"password":"p","lines":[{"sku":"TS-001","price":9.99}],"accessToken":"t"}
            """);

        foreach (var secret in new[] { "\"x\"", "Grace", "ring", "Here", "\"p\"", "\"t\"" })
        {
            Assert.DoesNotContain(secret, masked, StringComparison.Ordinal);
        }

        Assert.Contains("9.99", masked, StringComparison.Ordinal);
        Assert.Contains("TS-001", masked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$.buyer.email", "x")]
    [InlineData("$.buyer.remark", "x")]
    [InlineData("main p.greeting", "Hello Ada")]
    [InlineData("a.customer @data-customer", "Ada")]
    public void Value_OfAPersonalField_IsMasked(string field, string value) => Assert.Equal("***", Masking.Value(field, value));

    [Fact]
    public void Value_OfAnotherField_IsTold() => Assert.Equal("€ 9.99", Masking.Value(".price", "€ 9.99"));

    [Fact]
    public void Body_ThatIsNoJson_IsNotKept() => Assert.DoesNotContain("Grace", Body("application/json", "{\"name\":\"Grace\""), StringComparison.Ordinal);

    private static string Body(string type, string text) => Masking.Body(new Answer(200, [new("Content-Type", type)], Encoding.UTF8.GetBytes(text), true));
}

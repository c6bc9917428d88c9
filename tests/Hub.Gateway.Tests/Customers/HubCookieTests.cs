using CsCheck;
using Hub.Gateway.Customers;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;

namespace Hub.Gateway.Tests.Customers;

[Trait("Rule", "1")]
public sealed class HubCookieTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void Write_ThenRead_SaysTheSame() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.UInt.Array[0, 20], Gen.Bool).Sample((number, names, onNew) =>
        {
            var cookie = HubCookie.Draw();
            var pin = new Pin(onNew ? Side.New : Side.Legacy, number, number);
            cookie.Bind(number == 0 ? 1 : (ulong)number, CustomerKey.Draw(), number);
            foreach (var name in names)
            {
                cookie.SetPin(name, pin);
                cookie.SetForm(name, pin);
                cookie.SetClaim(name, new Claim(pin.Side, number, number), number);
                cookie.SetMark(name, new WriteMark(pin.Side, number));
            }

            var read = HubCookieCodec.Read(HubCookieCodec.Write(cookie, Key), Key)!;

            Assert.Equal(cookie.Key, read.Key);
            Assert.Equal(cookie.Account, read.Account);
            Assert.Equal(cookie.BridgeAfter, read.BridgeAfter);
            Assert.Equal(cookie.Pins, read.Pins);
            Assert.Equal(cookie.Forms, read.Forms);
            Assert.Equal(cookie.Claims, read.Claims);
            Assert.Equal(cookie.Marks, read.Marks);
            Assert.False(read.Changed);
        });

    [Fact]
    public void Read_AnyByteChanged_IsNoCookie()
    {
        var cookie = HubCookie.Draw();
        cookie.SetPin(7, new Pin(Side.New, 3, 4));
        var bytes = Convert.FromBase64String(Padded(HubCookieCodec.Write(cookie, Key)));
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 1;
            Assert.Null(HubCookieCodec.Read(System.Buffers.Text.Base64Url.EncodeToString(changed), Key));
        }

        Assert.Null(HubCookieCodec.Read(HubCookieCodec.Write(cookie, Key), new byte[32]));
    }

    [Fact]
    public void Read_HostileText_NeverThrows() =>
        Gen.String.Sample(text => Assert.Null(HubCookieCodec.Read(text, Key)));

    [Fact]
    public void Read_SignedNonsense_NeverThrows() => Gen.Byte.Array[0, 400].Sample(body =>
    {
        byte[] plain = [1, .. body];
        var mac = System.Security.Cryptography.HMACSHA256.HashData(Key, plain)[..16];
        var read = HubCookieCodec.Read(System.Buffers.Text.Base64Url.EncodeToString([.. plain, .. mac]), Key);
        Assert.True(read is null || !read.Key.IsNone);
    });

    [Fact]
    public void VerifiedCookies_ReadTwice_GivesEachRequestItsOwn()
    {
        var verified = new VerifiedCookies();
        var drawn = HubCookie.Draw();
        var text = HubCookieCodec.Write(drawn, Key);

        var first = verified.Read(text, Key)!;
        first.SetPin(7, new Pin(Side.New, 3, 4));
        var second = verified.Read(text, Key)!;
        second.AskBridgeAfter(5);
        var third = verified.Read(text, [.. Key])!;

        Assert.Equal((drawn.Key, false, 0L), (third.Key, third.Changed, third.BridgeAfter));
        Assert.Empty(second.Pins);
        Assert.Empty(third.Pins);
    }

    [Fact]
    public void VerifiedCookies_OtherKeyOrOtherText_IsNoCookie()
    {
        var verified = new VerifiedCookies();
        var text = HubCookieCodec.Write(HubCookie.Draw(), Key);
        Assert.NotNull(verified.Read(text, Key));

        Assert.Null(verified.Read(text, new byte[32]));
        Assert.Null(verified.Read(string.Concat(text.AsSpan(0, text.Length - 1), text[^1] == 'A' ? "Q" : "A"), Key));
        Assert.NotNull(verified.Read(text, Key));
    }

    [Fact]
    public void SetForm_MoreThanFit_DropsTheOldest()
    {
        var cookie = HubCookie.Draw();
        for (var i = 1u; i <= 40; i++)
        {
            cookie.SetForm(i, new Pin(Side.New, long.MaxValue, long.MaxValue));
            cookie.SetPin(i, new Pin(Side.New, long.MaxValue, long.MaxValue));
            cookie.SetClaim(i, new Claim(Side.New, long.MaxValue, long.MaxValue), long.MaxValue);
        }

        Assert.False(cookie.Form(1).Exists);
        Assert.True(cookie.Form(40).Exists);
        Assert.InRange(HubCookieCodec.Write(cookie, Key).Length, 1, 1400);
    }

    [Fact]
    public async Task Cookie_Forged_CountsAsNone()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        var forged = shopper.HubCookieValue![..^1] + (shopper.HubCookieValue[^1] == 'A' ? 'B' : 'A');
        var before = shopper.Hub.Key;
        shopper.Cookies["hub"] = forged;

        var response = await shopper.GetAsync("/");

        Assert.Equal(PlacementReason.Declared, shop.Gateway.Explain(response).Reason);
        Assert.NotEqual(before, shopper.Hub.Key);
    }

    private static string Padded(string text) =>
        text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (text.Length % 4)) % 4);
}

using Hub.Gateway.Customers;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;

namespace Hub.Fuzz.Gateway;

/// <summary>Business keys, out of a body that a client sends and out of a Location that a side answers.</summary>
internal static class BusinessKeyTargets
{
    private static readonly BusinessKeyConfig InBody = new() { Kind = "order", Body = "order" };

    /// <summary>The first byte says what kind of body it is; the body is there for its side afterwards, whole.</summary>
    public static FuzzTarget Body { get; } = new(
        "business-key-body",
        (byte[] input) =>
        {
            var context = new DefaultHttpContext();
            context.Request.ContentType = input switch
            {
                [(byte)'j', ..] => "application/json",
                [(byte)'m', ..] => "multipart/form-data; boundary=b",
                _ => "application/x-www-form-urlencoded",
            };
            context.Request.Body = new MemoryStream(input, Math.Min(1, input.Length), Math.Max(0, input.Length - 1));

            BusinessKeys.ValueOfAsync(context.Request, InBody, TimeProvider.System).AsTask().GetAwaiter().GetResult();

            var after = new MemoryStream();
            context.Request.Body.CopyToAsync(after).GetAwaiter().GetResult();
            Assert.Equal(input.Skip(1), after.ToArray());
        },
        "m--b\r\nContent-Disposition: form-data; name=\"order\"\r\n\r\n4711\r\n--b--"u8.ToArray(), "forder=4711&status=paid"u8.ToArray(), "f&order=%31%zz&order&=&"u8.ToArray(), "j{\"order\":\"4711\",\"x\":[1,{}]}"u8.ToArray(),
        "j{\"order\":1e999,\"order\":null}"u8.ToArray(), [.. "j{\"order\":\""u8, 0xff, .. "\"}"u8], "j[[[[\"\\ud800\"]]]]"u8.ToArray());

    public static FuzzTarget Location { get; } = new(
        "business-key-location",
        location =>
        {
            var number = BusinessKeys.Number(location, "/checkout/done/{}");

            Assert.True(number is null || number.Length > 0);
            BusinessKeys.Number(location, "/order/{}/thanks");
        },
        "/checkout/done/4711", "https://shop.test/checkout/done/4711?x=1", "/order/%34711/thanks#x", "http://[::1/order//thanks", "//%");
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Hub.Gateway.Boundary;
using Hub.Placement;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Hub.Gateway.Customers;

/// <summary>
/// A customer's session at legacy: a digest of the session cookies or the bearer token, never they themselves.
/// </summary>
/// <param name="Bearer">It comes from an Authorization header.</param>
internal readonly record struct Session(UInt128 Digest, bool Bearer)
{
    private const string BearerScheme = "Bearer ";

    public static Session None => default;

    public bool Exists => Digest != UInt128.Zero;

    public static Session Of(List<string> cookies, string? cookieHeader, string? authorization)
    {
        if (authorization is not null && authorization.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase))
        {
            return new Session(DigestOf(authorization), true);
        }

        if (cookieHeader is null || cookies.Count == 0)
        {
            return None;
        }

        if (cookies is [var only])
        {
            var value = CookieHeader.Find(cookieHeader, only);
            return value.IsEmpty ? None : new Session(DigestOf(value), false);
        }

        var values = new StringBuilder();
        var any = false;
        foreach (var name in cookies)
        {
            var value = CookieHeader.Find(cookieHeader, name);
            any |= !value.IsEmpty;
            values.Append(value).Append(';');
        }

        return any ? new Session(DigestOf(values.ToString()), false) : None;
    }

    /// <summary>The session after an answer that sets some of its cookies anew; none where it sets none of them.</summary>
    public static Session After(List<string> cookies, string? cookieHeader, StringValues setCookies)
    {
        var sets = SetCookieHeaderValue.ParseList(setCookies!).Where(set => cookies.Contains(set.Name.ToString(), StringComparer.Ordinal)).ToList();
        if (sets.Count == 0)
        {
            return None;
        }

        var header = cookieHeader ?? "";
        foreach (var set in sets)
        {
            var others = CookieHeader.Without(header, set.Name.ToString());
            header = set.Value.Length == 0 ? others ?? "" : $"{others}; {set.Name}={set.Value}";
        }

        return Of(cookies, header, null);
    }

    /// <summary>
    /// The key of a client that keeps no cookies, before its account is known: the same for the same token on every plane.
    /// </summary>
    public CustomerKey KeyOf(ReadOnlySpan<byte> secret)
    {
        var digest = Digest;
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in digest)), mac);
        return new CustomerKey(MemoryMarshal.Read<UInt128>(mac));
    }

    private static UInt128 DigestOf(ReadOnlySpan<char> text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text), digest);
        return MemoryMarshal.Read<UInt128>(digest);
    }
}

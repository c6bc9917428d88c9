using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hub.Connectors.Tokens;

/// <summary>Access tokens by OAuth 2: client credentials, or a refresh token that the vendor may rotate.</summary>
public sealed class OAuthTokens(OAuthRequest request, LoginClient login, IConnectorStore store, TimeProvider time) : ITokenSource
{
    /// <summary>Under this name the store has the rotated refresh token, with a mark of the configured one that it came from.</summary>
    internal const string Kept = "oauth.refresh";

    private string? _unkept;

    public async Task<AccessToken> NewAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new TokenException(e.Message, e);
        }
    }

    private async Task<AccessToken> AskAsync(CancellationToken cancellationToken)
    {
        // A rotated token that could not be stored is the only one that the vendor takes now: first that.
        if (_unkept is not null)
        {
            await KeepAsync(_unkept, cancellationToken);
        }

        var refresh = request.RefreshToken.IsEmpty ? null : await RefreshTokenAsync(cancellationToken);
        try
        {
            return await AskAsync(refresh, cancellationToken);
        }
        catch (TokenException e) when (refresh is not null && e.Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized)
        {
            // Another instance of the plane may have rotated it meanwhile.
            var now = await RefreshTokenAsync(cancellationToken);
            if (now == refresh)
            {
                throw;
            }

            return await AskAsync(now, cancellationToken);
        }
    }

    private async Task<AccessToken> AskAsync(string? refresh, CancellationToken cancellationToken)
    {
        var asked = time.GetUtcNow();
        using var message = Message(refresh);
        var body = await login.SendAsync(message, request.WhatToDo, cancellationToken);
        var (access, seconds, rotated) = Read(body);
        if (rotated is not null && refresh is not null && rotated != refresh)
        {
            await KeepAsync(rotated, cancellationToken);
        }

        return new AccessToken(access, seconds is { } life ? asked.AddSeconds(life) : null);
    }

    private HttpRequestMessage Message(string? refresh)
    {
        var secret = request.ClientSecret.Reveal();
        var form = new Dictionary<string, string>(request.Form)
        {
            ["grant_type"] = refresh is null ? "client_credentials" : "refresh_token",
        };
        if (refresh is not null)
        {
            form["refresh_token"] = refresh;
        }

        if (!request.Basic)
        {
            form["client_id"] = request.Client;
            form["client_secret"] = secret;
        }

        var message = new HttpRequestMessage(HttpMethod.Post, request.Endpoint) { Content = new FormUrlEncodedContent(form) };
        if (request.Basic)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{request.Client}:{secret}")));
        }

        message.Headers.Accept.ParseAdd("application/json");
        foreach (var (name, value) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private (string Access, double? Seconds, string? Refresh) Read(string body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            var root = answer.RootElement;
            return root.TryGetProperty("access_token", out var access) && access.GetString() is { Length: > 0 } token
                ? (token, Seconds(root), root.TryGetProperty("refresh_token", out var refresh) ? refresh.GetString() : null)
                : throw new JsonException("It holds no access_token.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TokenException($"{request.Endpoint.GetLeftPart(UriPartial.Path)} answered with something that is no access token. {request.WhatToDo}");
        }
    }

    // UPS writes the number as a text.
    private static double? Seconds(JsonElement root) =>
        root.TryGetProperty("expires_in", out var seconds)
            && double.TryParse(seconds.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var life) && life is > 0 and < 1e9 ? life : null;

    private async Task<string> RefreshTokenAsync(CancellationToken cancellationToken)
    {
        var configured = request.RefreshToken.Reveal();
        return await store.GetAsync(Kept, cancellationToken) is { } kept && kept.Split(' ') is [var from, var token] && from == Mark(configured)
            ? token
            : configured;
    }

    private async Task KeepAsync(string rotated, CancellationToken cancellationToken)
    {
        _unkept = rotated;
        await store.KeepAsync(Kept, $"{Mark(request.RefreshToken.Reveal())} {rotated}", cancellationToken);
        _unkept = null;
    }

    private static string Mark(string configured) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(configured))[..8]);
}

namespace Hub.Connectors.Tokens;

/// <summary>
/// A connector's access token, for all its callers: whoever comes while a new one is fetched waits for that one. It is renewed a while before its
/// end, and once after the vendor refused it.
/// </summary>
public sealed class AccessTokens(ITokenSource source, TimeProvider time)
{
    /// <summary>How long nobody asks again after it failed, where the vendor does not say.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private AccessToken? _token;
    private DateTimeOffset _renewAt;
    private Task<AccessToken>? _renewal;
    private TokenException? _failure;
    private DateTimeOffset _failedUntil;

    /// <summary>The one to be used now.</summary>
    /// <exception cref="TokenException">There is none.</exception>
    public async Task<AccessToken> GetAsync(CancellationToken cancellationToken)
    {
        Task<AccessToken> renewal;
        AccessToken? old;
        lock (_lock)
        {
            old = _token;
            var now = time.GetUtcNow();
            if (old is not null && (now < _renewAt || (now < _failedUntil && Lives(old, now))))
            {
                return old;
            }

            renewal = Renew();
        }

        try
        {
            return await renewal.WaitAsync(cancellationToken);
        }
        catch (TokenException) when (old is not null && Lives(old, time.GetUtcNow()))
        {
            // It was renewed ahead of time and lives yet.
            return old;
        }
    }

    /// <summary>Another one than that which the vendor just refused; the one that somebody else fetched since, where there is one.</summary>
    /// <exception cref="TokenException">There is none.</exception>
    public Task<AccessToken> RenewAsync(AccessToken refused, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_token is { } token && token != refused)
            {
                return Task.FromResult(token);
            }

            _token = null;
            return Renew().WaitAsync(cancellationToken);
        }
    }

    private static bool Lives(AccessToken token, DateTimeOffset now) => token.ExpiresAt is not { } end || now < end;

    private Task<AccessToken> Renew()
    {
        if (_renewal is null && _failure is not null && time.GetUtcNow() < _failedUntil)
        {
            return Task.FromException<AccessToken>(_failure);
        }

        // Not on the caller's token: who waits beside him must get it though he goes.
        return _renewal ??= Task.Run(FetchAsync, CancellationToken.None);
    }

    private async Task<AccessToken> FetchAsync()
    {
        try
        {
            var token = await source.NewAsync(CancellationToken.None);
            lock (_lock)
            {
                var now = time.GetUtcNow();
                (_token, _renewAt, _renewal, _failure) = (token, RenewAt(token, now), null, null);
                return token;
            }
        }
        catch (Exception e)
        {
            var failure = e as TokenException ?? new TokenException($"No access token could be fetched: {e.Message}", e);
            lock (_lock)
            {
                (_renewal, _failure, _failedUntil) = (null, failure, time.GetUtcNow() + (failure.After ?? Pause));
            }

            throw failure;
        }
    }

    /// <summary>A tenth of its life before its end, and not more than five minutes.</summary>
    private static DateTimeOffset RenewAt(AccessToken token, DateTimeOffset now)
    {
        if (token.ExpiresAt is not { } end)
        {
            return DateTimeOffset.MaxValue;
        }

        var early = (end - now) / 10;
        return end - (early < TimeSpan.FromMinutes(5) ? early : TimeSpan.FromMinutes(5));
    }
}

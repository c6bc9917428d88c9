using System.Collections.Immutable;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Placing;

/// <summary>Tells which named cohorts a request belongs to, a bit each (SAFETY.md 2).</summary>
/// <param name="names">The table's cohorts; a cohort's place is its bit.</param>
internal sealed class Cohorts(ImmutableArray<string> names, IReadOnlyDictionary<string, CohortConfig> configs)
{
    private readonly ImmutableArray<CohortConfig> _configs = [.. names.Select(name => configs[name])];

    public ulong Of(HttpRequest request, string? account)
    {
        var bits = 0UL;
        for (var i = 0; i < _configs.Length; i++)
        {
            if (Belongs(_configs[i], request, account))
            {
                bits |= 1UL << i;
            }
        }

        return bits;
    }

    private static bool Belongs(CohortConfig cohort, HttpRequest request, string? account)
    {
        if (account is not null && cohort.Accounts.Contains(account))
        {
            return true;
        }

        if (cohort.Header is { } header && request.Headers.TryGetValue(header, out var values)
            && values.Any(value => IsValue(cohort, value)))
        {
            return true;
        }

        return cohort.Cookie is { } cookie && request.Cookies.TryGetValue(cookie, out var text) && IsValue(cohort, text);
    }

    private static bool IsValue(CohortConfig cohort, string? value) =>
        value is not null && (cohort.Values.Count == 0 || cohort.Values.Contains(value, StringComparer.OrdinalIgnoreCase));
}

using System.Net;
using System.Net.Http.Json;

namespace Hub.Town.Services;

/// <summary>How New's parts ask each other.</summary>
internal static class Asking
{
    /// <summary>What stands at the path; null where the service says 404.</summary>
    /// <exception cref="HttpRequestException">The service failed or was not reached.</exception>
    public static async Task<T?> GetOneOrNone<T>(this HttpClient service, string path, CancellationToken cancellation)
        where T : class
    {
        using var answer = await service.GetAsync(new Uri(path, UriKind.Relative), cancellation);
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<T>(cancellation);
    }
}

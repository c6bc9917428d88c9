using System.Security.Cryptography;
using System.Text;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary><c>hub customer erase | export</c>: the adapters plane does it. The audit trail keeps no address, but a hash that whoever knows the address can compare.</summary>
internal static class PersonalEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ForwardedWrite.Map<CustomerRequest>(
            app, "/api/customers/erase", "adapters", (request, caller) => request with { By = caller.Name },
            (request, _) => new AuditedWrite("customer erase", Subject(request.Email), request.Reason, "erased where no order is under way")).Produces<ErasedCustomer>();
        ForwardedWrite.Map<CustomerRequest>(
            app, "/api/customers/export", "adapters", (request, caller) => request with { By = caller.Name },
            (request, _) => new AuditedWrite("customer export", Subject(request.Email), request.Reason, "exported")).Produces<CustomerExport>();
    }

    /// <summary>The first half of SHA-256 over the address in small letters.</summary>
    internal static string Subject(string email) =>
        $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant()))[..16])}";
}

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
            (request, _) => new AuditedWrite("customer erase", BuyerKey.Of(request.Email), request.Reason, "erased where no order is under way")).Produces<ErasedCustomer>();
        ForwardedWrite.Map<CustomerRequest>(
            app, "/api/customers/export", "adapters", (request, caller) => request with { By = caller.Name },
            (request, _) => new AuditedWrite("customer export", BuyerKey.Of(request.Email), request.Reason, "exported")).Produces<CustomerExport>();
    }
}

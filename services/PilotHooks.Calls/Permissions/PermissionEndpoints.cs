using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Calls.Permissions;

/// <summary>Whether a contact may be called.</summary>
internal static class PermissionEndpoints
{
    public static void MapPermissionRoutes(this RouteGroupBuilder api)
    {
        var permissions = api.MapGroup("/calls/permissions").WithTags("Calls");
        permissions.MapGet("/{contact}", FindAsync).WithName("getCallPermission").ProducesProblems(404);
    }

    /// <summary>Tells whether a contact may be called.</summary>
    private static async Task<Results<Ok<PermissionView>, ProblemHttpResult>> FindAsync(
        string contact, string? numberId, Caller caller, PermissionQueries queries, CancellationToken cancellationToken)
        => PhoneNumber.Normalise(contact) is { } phone && await queries.FindAsync(phone, caller.Narrow(numberId), cancellationToken) is { } permission
            ? TypedResults.Ok(permission)
            : Problems.Of(StatusCodes.Status404NotFound, "No permission of this contact is known.");
}

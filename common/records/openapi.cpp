#include "common/records/openapi.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace himsog::records {
namespace {

using journal::Field;
using journal::Type;
using nlohmann::ordered_json;

ordered_json type_of(Field const& field) {
    ordered_json schema;
    switch (field.type) {
        case Type::text:
            schema["type"] = "string";
            if (field.max_length > 0) schema["maxLength"] = field.max_length;
            break;
        case Type::choice:
            schema["type"] = "string";
            for (auto const& one : field.choices) schema["enum"].push_back(one.value);
            break;
        case Type::json: schema["type"] = "object"; break;
        case Type::integer: schema["type"] = "integer"; break;
        case Type::decimal: schema["type"] = "number"; break;
        case Type::boolean: schema["type"] = "boolean"; break;
        case Type::date: schema = {{"type", "string"}, {"format", "date"}}; break;
        case Type::instant: schema = {{"type", "string"}, {"format", "date-time"}}; break;
        case Type::reference: schema = {{"type", "string"}, {"format", "uuid"}}; break;
    }
    if (field.may_be_null) schema["type"] = {schema["type"], "null"};
    if (field.is_read_only) schema["readOnly"] = true;
    if (field.is_phi) schema["x-phi"] = true;
    schema["title"] = field.label;
    return schema;
}

ordered_json schema_of(Shape const& shape) {
    auto const& entity = shape.entity();
    ordered_json schema = {
        {"type", "object"}, {"properties", {{"id", {{"type", "string"}, {"format", "uuid"}}}}}, {"required", ordered_json::array()}};
    auto& properties = schema["properties"];
    auto const second_of_pair = [&](std::size_t index) {
        return std::any_of(shape.pairs().begin(), shape.pairs().end(), [&](auto const& pair) { return pair.second == index; });
    };
    for (std::size_t i = 0; i < entity.fields().size(); ++i) {
        auto const& field = entity.fields()[i];
        if (field.is_secret || second_of_pair(i)) continue;
        if (field.type == Type::json && !field.object.empty()) {
            properties[field.object]["additionalProperties"] = true;
            continue;
        }
        auto name = field.name;
        auto form = type_of(field);
        for (auto const& pair : shape.pairs())
            if (pair.first == i) {
                name = pair.key;
                form = {{"type", "string"}, {"pattern", "^[0-9]+/[0-9]+$"}, {"title", field.label}};
            }
        if (field.object.empty()) properties[name] = form;
        else {
            properties[field.object]["type"] = "object";
            properties[field.object]["properties"][name] = form;
        }
        if (field.is_required) schema["required"].push_back(name);
    }
    for (auto const* const moment : {"created_at", "updated_at"})
        properties[moment] = {{"type", "string"}, {"format", "date-time"}, {"readOnly", true}};
    properties["created_by"] = {{"type", {"string", "null"}}, {"format", "uuid"}, {"readOnly", true}};
    return schema;
}

std::string_view verb(http::Method method) {
    switch (method) {
        case http::Method::get: return "get";
        case http::Method::head: return "head";
        case http::Method::post: return "post";
        case http::Method::put: return "put";
        case http::Method::patch: return "patch";
        case http::Method::del: return "delete";
        case http::Method::options: return "options";
    }
    return "get";
}

ordered_json parameters_of(Route const& route) {
    auto parameters = ordered_json::array();
    std::size_t at = 0;
    while ((at = route.path.find('{', at)) != std::string::npos) {
        auto const end = route.path.find('}', at);
        parameters.push_back(
            {{"name", route.path.substr(at + 1, end - at - 1)}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
        at = end;
    }
    if (route.entity == nullptr || route.summary != "List") return parameters;
    for (auto const& field : route.entity->fields())
        if (field.is_filterable) parameters.push_back({{"name", field.name}, {"in", "query"}, {"schema", type_of(field)}});
    for (auto const* const name : {"search", "ordering", "cursor"})
        parameters.push_back({{"name", name}, {"in", "query"}, {"schema", {{"type", "string"}}}});
    for (auto const* const name : {"page", "page_size"})
        parameters.push_back({{"name", name}, {"in", "query"}, {"schema", {{"type", "integer"}}}});
    return parameters;
}

ordered_json operation_of(Route const& route) {
    ordered_json operation;
    if (!route.summary.empty()) operation["summary"] = route.summary + (route.entity == nullptr ? "" : ": " + route.entity->label());
    auto roles = ordered_json::array();
    for (unsigned i = 0; i < 7; ++i)
        if ((route.policy.roles & bit(static_cast<Role>(i))) != 0) roles.push_back(name_of(static_cast<Role>(i)));
    operation["x-roles"] = route.policy.is_public ? ordered_json("anyone") : roles;
    if (auto parameters = parameters_of(route); !parameters.empty()) operation["parameters"] = parameters;
    ordered_json content;
    if (route.entity != nullptr) content = {{"application/json", {{"schema", {{"$ref", "#/components/schemas/" + route.entity->name()}}}}}};
    if (route.method == http::Method::post || route.method == http::Method::put || route.method == http::Method::patch)
        if (!content.is_null()) operation["requestBody"] = {{"content", content}};
    auto const* const good = route.method == http::Method::del                               ? "204"
                             : route.method == http::Method::post && route.entity != nullptr ? "201"
                                                                                             : "200";
    operation["responses"][good]["description"] = "Done";
    if (!content.is_null() && route.summary != "List" && route.method != http::Method::del)
        operation["responses"][good]["content"] = content;
    if (!route.policy.is_public) operation["responses"]["401"]["$ref"] = "#/components/responses/problem";
    operation["responses"]["default"]["$ref"] = "#/components/responses/problem";
    return operation;
}

}  // namespace

std::string openapi(std::vector<Route> const& routes, std::vector<Shape const*> const& shapes) {
    ordered_json document = {
        {"openapi", "3.1.0"}, {"info", {{"title", "Himsog"}, {"version", HIMSOG_VERSION}}}, {"paths", ordered_json::object()}};
    auto sorted = std::vector<Route const*>{};
    for (auto const& route : routes) sorted.push_back(&route);
    std::stable_sort(sorted.begin(), sorted.end(), [](auto const* a, auto const* b) {
        return std::pair{a->path, a->method} < std::pair{b->path, b->method};
    });
    for (auto const* const route : sorted) document["paths"][route->path][std::string{verb(route->method)}] = operation_of(*route);
    for (auto const* const shape : shapes) document["components"]["schemas"][shape->entity().name()] = schema_of(*shape);
    document["components"]["responses"]["problem"] = {
        {"description", "What went wrong"},
        {"content", {{"application/json", {{"schema", {{"type", "object"}, {"properties", {{"detail", {{"type", "string"}}}}}}}}}}}};
    document["components"]["securitySchemes"]["token"] = {{"type", "apiKey"}, {"in", "header"}, {"name", "Authorization"}};
    return document.dump(1) + "\n";
}

}  // namespace himsog::records

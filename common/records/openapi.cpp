#include "common/records/openapi.hpp"

#include "common/records/list.hpp"

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
        case Type::decimal:
            if (!field.object.empty()) schema["type"] = "number";
            else schema = {{"type", "string"}, {"format", "decimal"}};
            break;
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
        auto names = shape.names_of(i);
        names.front() = name;
        if (!field.object.empty()) properties[field.object]["type"] = "object";
        auto& into = field.object.empty() ? properties : properties[field.object]["properties"];
        for (auto const& one : names)
            if (shape.shows(one)) into[one] = form;
        if (field.is_required) schema["required"].push_back(name);
    }
    for (auto const& key : shape.computed_keys()) properties[key] = {{"readOnly", true}};
    for (auto const* const moment : {"created_at", "updated_at"})
        properties[moment] = {{"type", "string"}, {"format", "date-time"}, {"readOnly", true}};
    if (shape.shows("created_by")) properties["created_by"] = {{"type", {"string", "null"}}, {"format", "uuid"}, {"readOnly", true}};
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

void add(ordered_json& parameters, std::string name, char const* where, ordered_json schema) {
    ordered_json one;
    one["name"] = std::move(name);
    one["in"] = where;
    one["schema"] = std::move(schema);
    parameters.push_back(std::move(one));
}

void add_list_parameters(ordered_json& parameters, journal::Entity const& entity) {
    auto const is_searchable = [](Field const& field) { return field.is_searchable; };
    for (auto const& field : entity.fields())
        if (field.is_filterable) add(parameters, field.name, "query", type_of(field));
    if (std::any_of(entity.fields().begin(), entity.fields().end(), is_searchable))
        add(parameters, "search", "query", {{"type", "string"}});
    for (auto const* const name : {"ordering", "cursor"}) add(parameters, name, "query", {{"type", "string"}});
    add(parameters, "page", "query", {{"type", "integer"}, {"minimum", 1}});
    add(parameters, "page_size", "query", {{"type", "integer"}, {"minimum", 1}, {"maximum", most_in_page}});
    add(parameters, "version", "query", {{"type", "string"}, {"enum", {"1"}}});
}

/// PUT, PATCH and DELETE of one record.
bool is_change_of_one(Route const& route) {
    return route.entity != nullptr &&
           (route.method == http::Method::put || route.method == http::Method::patch || route.method == http::Method::del);
}

ordered_json parameters_of(Route const& route) {
    auto parameters = ordered_json::array();
    std::size_t start = 0;
    while ((start = route.path.find('{', start)) != std::string::npos) {
        auto const end = route.path.find('}', start);
        add(parameters, route.path.substr(start + 1, end - start - 1), "path", {{"type", "string"}});
        parameters.back()["required"] = true;
        start = end;
    }
    if (route.gives == Gives::list) add_list_parameters(parameters, *route.entity);
    if (is_change_of_one(route)) {
        add(parameters, "If-Match", "header", {{"type", "string"}});
        if (route.method != http::Method::del) add(parameters, "X-Himsog-Base", "header", {{"type", "string"}});
    }
    return parameters;
}

/// The good answer's body; null when it has none or one that is not made of an entity.
ordered_json answer_of(Route const& route) {
    if (route.entity == nullptr) return nullptr;
    ordered_json const record = {{"$ref", "#/components/schemas/" + route.entity->name()}};
    switch (route.gives) {
        case Gives::record:
            if (route.inside.empty()) return record;
            return {{"type", "object"}, {"properties", {{"detail", {{"type", "string"}}}, {route.inside, record}}}};
        case Gives::list: {
            ordered_json const link = {{"type", {"string", "null"}}, {"format", "uri"}};
            ordered_json const rows = {{"type", "array"}, {"items", record}};
            ordered_json const page = {
                {"type", "object"},
                {"properties", {{"count", {{"type", "integer"}}}, {"next", link}, {"previous", link}, {"results", rows}}},
                {"required", {"next", "previous", "results"}}};
            return {{"oneOf", {rows, page}}};
        }
        case Gives::other:
        case Gives::nothing: return nullptr;
    }
    return nullptr;
}

ordered_json responses_of(Route const& route) {
    ordered_json responses;
    bool const creates = route.method == http::Method::post && route.gives == Gives::record;
    auto const* const good = route.gives == Gives::nothing ? "204" : creates ? "201" : "200";
    responses[good]["description"] = "Done";
    if (auto const schema = answer_of(route); !schema.is_null()) responses[good]["content"]["application/json"]["schema"] = schema;
    if (creates) {
        responses["200"] = responses["201"];
        responses["200"]["description"] = "The same create was answered before";
    }
    auto const refuses = [&](char const* status, char const* form = "problem") {
        responses[status]["$ref"] = std::string{"#/components/responses/"} + form;
    };
    bool const has_body = route.method == http::Method::post || route.method == http::Method::put || route.method == http::Method::patch;
    if (has_body) refuses("400", route.envelope == Envelope::plain ? "field_errors" : "wrapped_errors");
    if (!route.policy.is_public) {
        refuses("401");
        refuses("403");
    }
    if (route.path.find('{') != std::string::npos) refuses("404");
    if (creates || (is_change_of_one(route) && route.method == http::Method::del)) refuses("409");
    if (is_change_of_one(route)) refuses("412");
    if (has_body) {
        refuses("413");
        refuses("415");
    }
    refuses("default");
    return responses;
}

ordered_json operation_of(Route const& route) {
    ordered_json operation;
    if (!route.summary.empty()) operation["summary"] = route.summary + (route.entity == nullptr ? "" : ": " + route.entity->label());
    auto roles = ordered_json::array();
    for (unsigned i = 0; i < 7; ++i)
        if ((route.policy.roles & bit(static_cast<Role>(i))) != 0) roles.push_back(name_of(static_cast<Role>(i)));
    operation["x-roles"] = route.policy.is_public ? ordered_json("anyone") : roles;
    if (route.policy.is_public) operation["security"] = ordered_json::array();
    if (auto parameters = parameters_of(route); !parameters.empty()) operation["parameters"] = parameters;
    bool const takes_record = route.gives == Gives::record && route.method != http::Method::get;
    if (takes_record)
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"] = "#/components/schemas/" + route.entity->name();
    operation["responses"] = responses_of(route);
    return operation;
}

ordered_json components_of(std::vector<Shape const*> const& shapes) {
    ordered_json components;
    for (auto const* const shape : shapes) components["schemas"][shape->entity().name()] = schema_of(*shape);
    ordered_json const text = {{"type", "string"}};
    ordered_json const by_field = {{"type", "object"}, {"additionalProperties", {{"type", "array"}, {"items", text}}}};
    auto const response = [&](char const* name, char const* what, ordered_json schema) {
        components["responses"][name]["description"] = what;
        components["responses"][name]["content"]["application/json"]["schema"] = std::move(schema);
    };
    ordered_json const detail = {{"type", "object"}, {"properties", {{"detail", text}}}};
    response("problem", "What went wrong", detail);
    response("field_errors", "Messages by field, or what went wrong", {{"anyOf", {by_field, detail}}});
    auto wrapped = detail;
    wrapped["properties"]["errors"] = by_field;
    response("wrapped_errors", "Messages by field inside errors, or what went wrong", std::move(wrapped));
    components["securitySchemes"]["token"] = {
        {"type", "apiKey"}, {"in", "header"}, {"name", "Authorization"}, {"description", "Token <64 hex characters>"}};
    return components;
}

}  // namespace

std::string openapi(std::vector<Route> const& routes, std::vector<Shape const*> const& shapes) {
    ordered_json document;
    document["openapi"] = "3.1.0";
    document["info"] = {{"title", "Himsog"}, {"version", HIMSOG_VERSION}};
    document["security"] = ordered_json::array();
    document["security"].push_back({{"token", ordered_json::array()}});
    document["paths"] = ordered_json::object();
    std::vector<Route const*> sorted;
    for (auto const& route : routes) sorted.push_back(&route);
    std::stable_sort(sorted.begin(), sorted.end(), [](auto const* a, auto const* b) {
        return std::pair{a->path, a->method} < std::pair{b->path, b->method};
    });
    for (auto const* const route : sorted) document["paths"][route->path][std::string{verb(route->method)}] = operation_of(*route);
    document["components"] = components_of(shapes);
    return document.dump(1) + "\n";
}

}  // namespace himsog::records
